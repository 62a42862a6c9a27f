import { box, lines, pdf, text } from './pdf.mjs';

const grey = '#6b7783';
const dark = '#1f3a4d';

/** Quantity and price are in whole units of the currency. */
const items = [
  ['Mooring lines, 12 mm', 6, 48],
  ['Fenders, large', 8, 35],
  ['Deck lamp, brass', 2, 129],
  ['Chart of the bay, folded', 3, 22],
  ['Signal flags, full set', 1, 96],
  ['Work in the yard, hours', 14, 65],
];

/** One page of A4 upright with a table of what was bought. */
export function invoice() {
  const net = items.reduce((sum, [, count, price]) => sum + count * price, 0);
  return pdf('Invoice 2025-0107', [{ width: 595, height: 842, drawing: [head(), addresses(), table(), totals(net), foot()] }]);
}

function head() {
  return [
    box(0, 0, 595, 112, { fill: dark }),
    lines(
      [
        [48, 78],
        [66, 34],
        [84, 78],
      ],
      { fill: '#f2c14e' },
    ),
    lines(
      [
        [72, 78],
        [86, 48],
        [100, 78],
      ],
      { fill: '#e98a3b' },
    ),
    text(116, 58, 20, 'Harbour Supplies', { bold: true, colour: '#ffffff' }),
    text(116, 76, 10, '3 Quay Street, Port Example', { colour: '#c3d2dc' }),
    text(547, 64, 28, 'INVOICE', { bold: true, colour: '#ffffff', align: 1 }),
  ];
}

function addresses() {
  const facts = [
    ['Invoice', '2025-0107'],
    ['Date', '7 January 2025'],
    ['Due', '6 February 2025'],
  ];
  return [
    text(48, 156, 9, 'Billed to', { colour: grey }),
    text(48, 174, 12, 'Lighthouse Cafe', { bold: true }),
    text(48, 190, 10, '1 Cliff Road'),
    text(48, 204, 10, 'Port Example'),
    facts.map(([name, value], index) => [
      text(372, 160 + index * 20, 10, name, { colour: grey }),
      text(547, 160 + index * 20, 10, value, { bold: true, align: 1 }),
    ]),
  ];
}

function table() {
  const head = [
    box(48, 244, 499, 26, { fill: '#e6edf2' }),
    text(58, 261, 10, 'Item', { bold: true }),
    text(352, 261, 10, 'Quantity', { bold: true, align: 1 }),
    text(442, 261, 10, 'Price', { bold: true, align: 1 }),
    text(537, 261, 10, 'Amount', { bold: true, align: 1 }),
  ];
  const rows = items.map(([name, count, price], index) => {
    const line = 291 + index * 30;
    return [
      index % 2 ? box(48, line - 20, 499, 30, { fill: '#f7f9fb' }) : [],
      text(58, line, 10.5, name),
      text(352, line, 10.5, String(count), { align: 1 }),
      text(442, line, 10.5, money(price), { align: 1 }),
      text(537, line, 10.5, money(count * price), { align: 1 }),
      lines(
        [
          [48, line + 10],
          [547, line + 10],
        ],
        { stroke: '#d5dde3', line: 0.7 },
      ),
    ];
  });
  return [head, rows];
}

function totals(net) {
  const tax = net * 0.2;
  const sums = [
    ['Net', net],
    ['Tax 20 %', tax],
  ];
  return [
    sums.map(([name, sum], index) => [
      text(380, 492 + index * 20, 10.5, name, { colour: grey }),
      text(537, 492 + index * 20, 10.5, money(sum), { align: 1 }),
    ]),
    box(366, 526, 181, 36, { fill: dark }),
    text(380, 549, 13, 'To pay', { bold: true, colour: '#ffffff' }),
    text(537, 549, 13, money(net + tax), { bold: true, colour: '#ffffff', align: 1 }),
  ];
}

function foot() {
  return [
    text(48, 640, 11, 'Thank you.', { bold: true }),
    text(48, 658, 10, 'Please name the number of the invoice when you pay.', { colour: grey }),
    lines(
      [
        [48, 780],
        [547, 780],
      ],
      { stroke: '#d5dde3' },
    ),
    text(48, 798, 8.5, 'Harbour Supplies is made up, as is everything on this page.', { colour: grey }),
    text(547, 798, 8.5, 'Page 1 of 1', { colour: grey, align: 1 }),
  ];
}

function money(amount) {
  return amount.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
