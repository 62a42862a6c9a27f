import sharp from 'sharp';

/** A picture with something to see in it: a sun over hills. */
export async function drawPhoto(filename = 'photo.jpg', width = 1200, height = 800): Promise<File> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 800" width="${width}" height="${height}">
    <rect width="1200" height="800" fill="#f6d9b0"/><circle cx="820" cy="280" r="120" fill="#e4572e"/>
    <path d="M0 600 Q300 380 620 600 T1200 520 V800 H0Z" fill="#2e5266"/><path d="M0 700 Q400 520 1200 720 V800 H0Z" fill="#1b3644"/></svg>`;
  return new File([new Uint8Array(await sharp(Buffer.from(svg)).jpeg().toBuffer())], filename, { type: 'image/jpeg' });
}

/** A PDF with one page for each text. */
export function writePdf(filename: string, texts: readonly string[]): File {
  const pages = texts.map((_, index) => `${4 + index * 2} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pages}] /Count ${texts.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...texts.flatMap((text, index) => pageObjects(text, 5 + index * 2)),
  ];
  return new File([toPdf(objects)], filename, { type: 'application/pdf' });
}

function pageObjects(text: string, contentNumber: number): readonly string[] {
  const content = `BT /F1 32 Tf 72 700 Td (${text}) Tj ET`;
  return [
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${contentNumber} 0 R >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
  ];
}

function toPdf(objects: readonly string[]): string {
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return `${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}${trailer}`;
}
