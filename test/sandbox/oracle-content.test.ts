import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { request } from 'undici';
import { simulateOracleContent } from '../../src/sandbox/oracle-content/index.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox(simulateOracleContent({ pagesDelayMs: 0 }));
});
afterAll(() => sandbox.close());

const explanation = 'https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html';
const photo = 'D3E2C64C386901BFC239EB7D394A94AF203799A93B9';
const wholePhoto = `D${photo}`;
const plan = 'D3C1C1F319CFE6B102095C5DT0000000000100000001';
const linkID = 'LF8D36FAFAB4388BECEAC4AEB5D17B95F47087F4E518';
const withCode = { LinkID: linkID, Cookie: `dAccessCode-${linkID}=test12345` };
const withAppLink = {
  appLinkID:
    'LF5Bxj4TPo_p4n4qWn0tbKTicR2cTUJKv7X_ng9E7ry93rRuDokPqS1d6-wKwhb_wtcGYFDsI_cNMxeKQ-HR-FXQhiVoGRTYM_MPZY8qpICfYU94mmnMjM_cvsRhKMzc0NJgvwEJfqqDwPsAVrhc8cmg==',
  accessToken: '352FpiMmW66PeYI1Gh5b83I9CXRwZhLfYAu4TXdqpzD8uNKUBMZVVJ3ZvivUW8kQ',
};

async function ask(path: string, headers: Record<string, string> = {}, bearer: string | null = 'sandbox-token') {
  const authorization = bearer === null ? {} : { authorization: `Bearer ${bearer}` };
  const answer = await request(`${sandbox.url}/documents/api/1.2/files/${path}`, { headers: { ...authorization, ...headers } });
  return { status: answer.statusCode, body: Buffer.from(await answer.body.arrayBuffer()) };
}

async function pictureOf(answer: ReturnType<typeof ask>) {
  const { status, body } = await answer;
  expect(status).toBe(200);
  const { format, width } = await sharp(body).metadata();
  return { format, width };
}

async function refusalOf(answer: ReturnType<typeof ask>) {
  const { status, body } = await answer;
  return { status, body: JSON.parse(body.toString()) };
}

describe('The examples of the page on small images', () => {
  it('1: a JPEG of the latest version', async () => {
    const answer = ask('D21C7EAA30B5394DF4B3FAF223897F0989F871A58A5C/data/smallImage');
    expect(await pictureOf(answer)).toEqual({ format: 'jpeg', width: 300 });
  });

  it.each([photo, wholePhoto])('2: a WebP of version 2 of %s', async (id) => {
    const answer = ask(`${id}/data/smallImage?version=2&format=webp`);
    expect(await pictureOf(answer)).toEqual({ format: 'webp', width: 300 });
  });

  it.each([photo, wholePhoto])('3: no access to %s', async (id) => {
    const message = `Unable to download file. User 'User AA' has insufficient privilege to access fFileGUID:${wholePhoto} with service GET_ALTERNATE_IMAGE.`;
    expect(await refusalOf(ask(`${id}/data/smallImage?version=2&format=webp`, {}, 'user-aa'))).toEqual({
      status: 403,
      body: {
        errorCode: '-20',
        errorKey: `!csUnableToDownloadFile!csCloudItemInsufficientPrivileges,DefaultTenant.UserA,fFileGUID:${wholePhoto},GET_ALTERNATE_IMAGE`,
        errorMessage: message,
        errorType: 'file',
        format: 'webp',
        id: wholePhoto,
        rendition: 'Small',
        title: message,
        type: explanation,
      },
    });
  });

  it('4: an id that does not exist', async () => {
    const id = 'DD3B2C64C386901BFC239EB7D394A94AF203799A93B9';
    const message = `Unable to download file. Security validation failed. '${id}' does not exist. (System Error: '${id}' does not exist.)`;
    expect(await refusalOf(ask(`${id}/data/smallImage?version=2&format=webp`))).toEqual({
      status: 404,
      body: {
        errorCode: '-16',
        errorKey: `!csUnableToDownloadFile!csSecurityValidationFailed!csFldDoesNotExist,${id}!csSystemError,\\!csFldDoesNotExist\\,${id}`,
        errorMessage: message,
        errorType: 'file',
        format: 'webp',
        id,
        rendition: 'Small',
        title: message,
        type: explanation,
        version: '2',
      },
    });
  });

  it.each([
    [`${photo}/data/smallImage?version=2&format=webp`, 'user-aa'],
    ['DD3B2C64C386901BFC239EB7D394A94AF203799A93B9/data/smallImage?version=2&format=webp', 'sandbox-token'],
    [`${plan}/data/rendition?rendition=page1&version=1`, 'user-bb'],
  ])('%s is refused with its keys in the order that they are printed in', async (path, bearer) => {
    const keys = Object.keys((await refusalOf(ask(path, {}, bearer))).body);
    expect(keys).toEqual([...keys].sort());
    expect(keys.length).toBeGreaterThan(7);
  });

  it('5: by a public link and its access code', async () => {
    const answer = ask(`${photo}/data/smallImage?version=4`, withCode, 'user-aa');
    expect(await pictureOf(answer)).toEqual({ format: 'jpeg', width: 300 });
  });

  it('6: by an applink', async () => {
    const answer = ask(`${photo}/data/smallImage?version=2`, withAppLink, 'user-aa');
    expect(await pictureOf(answer)).toEqual({ format: 'jpeg', width: 300 });
  });

  it('7: a file that is no image', async () => {
    const message = 'Unable to download file. Responsive images cannot be created for non image files.';
    expect(await refusalOf(ask('DAFEF814943F5A3A1E6AC6AED394A94AF203799A93B9/data/smallImage?format=webp'))).toEqual({
      status: 415,
      body: {
        errorCode: '-30',
        errorKey: '!csUnableToDownloadFile!csZipRenditionNotAnImage',
        errorMessage: message,
        title: message,
        type: explanation,
      },
    });
  });
});

describe('The examples of the page on renditions', () => {
  const page1 = `${plan}/data/rendition?rendition=page1&version=1`;

  it.each(['', '&renditionType=system'])('1: page 3 of version 2, as rendition=page3%s', async (more) => {
    const answer = ask(`${plan}/data/rendition?rendition=page3&version=2${more}`);
    expect(await pictureOf(answer)).toMatchObject({ format: 'png' });
  });

  it('2 and 5: the public link needs its access code', async () => {
    const message = 'Unable to download file. The access code must be provided to access the link.';
    expect(await refusalOf(ask(page1, { LinkID: linkID }, 'user-bb'))).toEqual({
      status: 403,
      body: {
        errorCode: '-18',
        errorKey: '!csUnableToDownloadFile!csAccessCodeRequiredForLinkAccess',
        errorMessage: message,
        errorType: 'file',
        id: plan,
        rendition: 'page1',
        title: message,
        type: explanation,
        version: '1',
      },
    });
  });

  it('3: by a public link and its access code', async () => {
    expect(await pictureOf(ask(page1, withCode, 'user-bb'))).toMatchObject({ format: 'png' });
  });

  it('4: no access', async () => {
    const message = `Unable to download file. User 'User BB' has insufficient privilege to access fFileGUID:${plan} with service GET_RENDITION.`;
    expect(await refusalOf(ask(page1, {}, 'user-bb'))).toEqual({
      status: 403,
      body: {
        errorCode: '-20',
        errorKey: `!csUnableToDownloadFile!csCloudItemInsufficientPrivileges,User BB,fFileGUID:${plan},GET_RENDITION`,
        errorMessage: message,
        errorType: 'file',
        id: plan,
        rendition: 'page1',
        title: message,
        type: explanation,
        version: '1',
      },
    });
  });

  it('6: a rendition that somebody uploaded', async () => {
    const answer = ask(`${plan}/data/rendition?rendition=small&version=2&renditionType=uploaded`);
    expect(await pictureOf(answer)).toMatchObject({ format: 'jpeg' });
  });

  it('7: by an applink', async () => {
    const text = 'DED694950C14AFF280419F9AB5D17B95F47087F4E518';
    const answer = ask(`${text}/data/rendition?rendition=page1&version=1`, withAppLink, 'user-bb');
    expect(await pictureOf(answer)).toMatchObject({ format: 'png' });
  });

  it.each([
    ['bytes=0-499', 206, 500],
    ['bytes=500-', 206, -500],
    ['bytes=-500', 206, 500],
    ['bytes=99999999-', 416, null],
  ])('range %s', async (range, status, length) => {
    const whole = await ask(page1);
    const part = await ask(page1, { range });
    expect(part.status).toBe(status);
    if (length !== null) expect(part.body).toHaveLength(length > 0 ? length : whole.body.length + length);
  });
});
