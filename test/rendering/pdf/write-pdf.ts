export interface PageOptions {
  /** In points. */
  readonly width: number;
  readonly height: number;
  readonly rotate?: number;
  /** Drawing operators; the font /F is Helvetica. */
  readonly content?: string;
  /** Further fonts by name. */
  readonly fonts?: string;
  /** Further entries of the page's resources. */
  readonly resources?: string;
}

/** A whole PDF, written by hand: object 1 is the catalog, 2 the page tree, 3 the font, `more` follows from 4 on, then the pages. */
export function writePdf(pages: readonly PageOptions[], more: readonly string[] = [], trailer = ''): Buffer {
  const firstPage = 4 + more.length;
  const kids = pages.map((_, index) => `${firstPage + index * 2} 0 R`).join(' ');
  return assemble(
    [
      '<< /Type /Catalog /Pages 2 0 R >>',
      `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      ...more,
      ...pages.flatMap((page, index) => [pageObject(page, firstPage + index * 2 + 1), stream(page.content ?? '')]),
    ],
    trailer,
  );
}

export function stream(content: string | Buffer, entries = ''): string {
  const bytes = typeof content === 'string' ? content : content.toString('latin1');
  return `<< ${entries} /Length ${bytes.length} >>\nstream\n${bytes}\nendstream`;
}

/** Objects by their order, with a table of where each begins. */
export function assemble(objects: readonly string[], trailer = ''): Buffer {
  let text = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const end = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(`${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}${end}`, 'latin1');
}

function pageObject({ width, height, rotate = 0, fonts = '', resources = '' }: PageOptions, contents: number): string {
  return (
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Rotate ${rotate} /Contents ${contents} 0 R ` +
    `/Resources << /Font << /F 3 0 R ${fonts} >> ${resources} >> >>`
  );
}
