import { createHash } from 'node:crypto';
import { assemble, stream } from './write-pdf.js';

const padding = Buffer.from('28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A', 'hex');
const id = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
const permissions = -4;
const keyBytes = 5;
const contentsObject = 4;

/** One page of 100 × 100 points that is all red, under the standard security handler (revision 2, RC4) with this user password. */
export function writeEncryptedPdf(userPassword: string): Buffer {
  const owner = rc4(md5(pad('owner')).subarray(0, keyBytes), pad(userPassword));
  const permissionBytes = Buffer.alloc(4);
  permissionBytes.writeInt32LE(permissions);
  const key = md5(pad(userPassword), owner, permissionBytes, id).subarray(0, keyBytes);
  const objectKey = md5(key, Buffer.from([contentsObject, 0, 0, 0, 0])).subarray(0, keyBytes + 5);
  const security = `<< /Filter /Standard /V 1 /R 2 /P ${permissions} /O <${hex(owner)}> /U <${hex(rc4(key, padding))}> >>`;
  return assemble(
    [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents ${contentsObject} 0 R >>`,
      stream(rc4(objectKey, Buffer.from('1 0 0 rg 0 0 100 100 re f'))),
      security,
    ],
    `/Encrypt 5 0 R /ID [<${hex(id)}> <${hex(id)}>]`,
  );
}

function pad(password: string): Buffer {
  return Buffer.concat([Buffer.from(password, 'latin1'), padding]).subarray(0, 32);
}

function md5(...parts: Buffer[]): Buffer {
  return createHash('md5').update(Buffer.concat(parts)).digest();
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex');
}

function rc4(key: Buffer, input: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  const at = (index: number) => state[index & 255] ?? 0;
  const swap = (a: number, b: number) => {
    [state[a & 255], state[b & 255]] = [at(b), at(a)];
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + at(i) + (key[i % key.length] ?? 0)) & 255;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return input.map((byte) => {
    i = (i + 1) & 255;
    j = (j + at(i)) & 255;
    swap(i, j);
    return byte ^ at(at(i) + at(j));
  }) as Buffer;
}
