/** A PDF of drawings and letters in the fonts that every viewer has. Lengths are points (1/72 inch), y grows downwards. */
export function pdf(title, pages) {
  const kids = pages.map((_, index) => `${6 + index * 2} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    font('Helvetica'),
    font('Helvetica-Bold'),
    `<< /Title (${escaped(title)}) /Creator (Proofsheet) >>`,
    ...pages.flatMap(({ width, height, drawing }, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents ${7 + index * 2} 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>`,
      content(`1 0 0 -1 0 ${height} cm\n${drawing.flat(9).join('\n')}`),
    ]),
  ];
  return file(objects);
}

export function box(x, y, width, height, { fill, stroke, line = 1 } = {}) {
  return painted(`${numbers(x, y, width, height)} re`, { fill, stroke, line });
}

export function lines(points, { fill, stroke, line = 1, dash = '' } = {}) {
  const [first, ...rest] = points;
  const path = [`${numbers(...first)} m`, ...rest.map((point) => `${numbers(...point)} l`)].join(' ');
  return painted(path, { fill, stroke, line, dash });
}

/** A quarter of a circle from the angle `from`, in quarters, as doors are drawn. */
export function quarter(x, y, radius, from, { stroke, line = 1 }) {
  const at = (turn, length) => [x + Math.cos((turn * Math.PI) / 2) * length, y + Math.sin((turn * Math.PI) / 2) * length];
  const [start, end] = [at(from, radius), at(from + 1, radius)];
  const bend = 0.5523;
  const control = (point, toward) => point.map((value, axis) => value + (toward[axis] - [x, y][axis]) * bend);
  const curve = `${numbers(...start)} m ${numbers(...control(start, end), ...control(end, start), ...end)} c`;
  return painted(curve, { stroke, line });
}

/** `align` 0 starts at x, 0.5 is centred on it, 1 ends there. `turned` letters run upwards. */
export function text(x, y, size, words, { bold = false, colour = '#22303c', align = 0, turned = false } = {}) {
  const shift = widthOf(words, size, bold) * align;
  const matrix = turned ? numbers(0, -1, -1, 0, x, y + shift) : numbers(1, 0, 0, -1, x - shift, y);
  return `BT /${bold ? 'F2' : 'F1'} ${size} Tf ${rgb(colour)} rg ${matrix} Tm (${escaped(words)}) Tj ET`;
}

function painted(path, { fill, stroke, line, dash = '' }) {
  const colours = [fill ? `${rgb(fill)} rg` : '', stroke ? `${rgb(stroke)} RG ${line} w [${dash}] 0 d` : ''].join(' ');
  return `${colours} ${path} ${fill && stroke ? 'B' : fill ? 'f' : 'S'}`;
}

/** How wide the letters of Helvetica and of its bold are, in thousandths of their size; any other counts as 500. */
const regular = {
  222: 'ijl',
  278: ' .,:;/ftI',
  333: 'r-',
  500: 'cksvxyzJ',
  556: 'abdeghnopquL0123456789',
  611: 'FTZ',
  667: 'ABEKPSVXY',
  722: 'wCDHNRU',
  778: 'GOQ',
  833: 'mM',
  889: '%',
  944: 'W',
};
const heavy = {
  278: ' .,/ijlI',
  333: 'ft:;-',
  389: 'r',
  500: 'z',
  556: 'aceksvxyJ0123456789',
  611: 'bdghnopquFLTZ',
  667: 'EPSVXY',
  722: 'ABCDHKNRU',
  778: 'wGOQ',
  833: 'M',
  889: 'm%',
  944: 'W',
};

function widthOf(words, size, bold) {
  const widths = Object.entries(bold ? heavy : regular);
  const widthOfLetter = (letter) => Number(widths.find(([, letters]) => letters.includes(letter))?.[0] ?? 500);
  return ([...words].reduce((sum, letter) => sum + widthOfLetter(letter), 0) * size) / 1000;
}

function rgb(colour) {
  return numbers(...[1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255));
}

function numbers(...values) {
  return values.map((value) => Number(value.toFixed(3))).join(' ');
}

function escaped(words) {
  return words.replace(/[\\()]/g, '\\$&');
}

function font(name) {
  return `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
}

function content(operators) {
  return `<< /Length ${operators.length} >>\nstream\n${operators}\nendstream`;
}

function file(objects) {
  const offsets = [];
  let body = '%PDF-1.4\n';
  for (const [index, object] of objects.entries()) {
    offsets.push(`${String(body.length).padStart(10, '0')} 00000 n \n`);
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  return Buffer.from(
    `${body}${table}trailer\n<< /Size ${size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${body.length}\n%%EOF\n`,
    'latin1',
  );
}
