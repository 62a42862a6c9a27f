import { box, lines, pdf, quarter, text } from './pdf.mjs';

const wall = '#26323d';
const thin = '#8b98a5';
const metre = 48;
const left = 92;
const top = 108;

/** A house on three sheets of A4 across: ground floor, upper floor, attic. 1 metre is 48 points. */
export function floorPlan() {
  return pdf('Floor plan, 12 Quay Street', [
    sheet(1, 'Ground floor', groundFloor()),
    sheet(2, 'Upper floor', upperFloor()),
    sheet(3, 'Attic', attic()),
  ]);
}

function sheet(number, name, plan) {
  return {
    width: 842,
    height: 595,
    drawing: [
      box(0, 0, 842, 595, { fill: '#fbfaf6' }),
      box(24, 24, 794, 547, { stroke: wall, line: 1.4 }),
      text(48, 60, 20, name, { bold: true }),
      text(48, 78, 10, '12 Quay Street', { colour: '#667380' }),
      plan,
      measures(),
      scale(),
      north(),
      titleBlock(number, name),
    ],
  };
}

function groundFloor() {
  const rooms = [
    [0, 0, 6, 4.5, '#f6ead2', 'Living room', '27.0 m²'],
    [6, 0, 4, 4.5, '#e3efe4', 'Kitchen', '18.0 m²'],
    [10, 0, 3, 4.5, '#e5ecf6', 'Pantry', '13.5 m²'],
    [0, 4.5, 4, 3, '#f3e4e0', 'Study', '12.0 m²'],
    [4, 4.5, 5, 3, '#f1f0ea', 'Hall', '15.0 m²'],
    [9, 4.5, 4, 3, '#dfeff2', 'Bath', '12.0 m²'],
  ];
  return [
    rooms.map(floorOf),
    outline(),
    windows(
      [
        [1, 0],
        [3.6, 0],
        [7.2, 0],
        [10.9, 0],
      ],
      [
        [0, 1.6],
        [0, 5.4],
        [13, 1.6],
        [13, 5.5],
      ],
    ),
    door(4.6, 4.5, 0),
    door(7, 4.5, 0),
    door(10, 2, 3, true),
    door(4, 5.4, 2, true),
    door(9, 5.2, 0, true),
    door(6, 7.5, 3),
    sofa(0.5, 3.2),
    table(3.3, 0.7),
    kitchen(6.2, 0.2),
    stairs(7.2, 6.2),
    desk(0.4, 6.6),
    bath(11.3, 4.8),
    box(x(10.3), y(0.3), 110, 20, { stroke: thin }),
    box(x(10.3), y(3.8), 110, 20, { stroke: thin }),
    rooms.map(nameOf),
  ];
}

function upperFloor() {
  const rooms = [
    [0, 0, 5, 4.5, '#e5ecf6', 'Bedroom 1', '22.5 m²'],
    [5, 0, 4, 4.5, '#f3e4e0', 'Bedroom 2', '18.0 m²'],
    [9, 0, 4, 4.5, '#f6ead2', 'Bedroom 3', '18.0 m²'],
    [0, 4.5, 4, 3, '#dfeff2', 'Bath', '12.0 m²'],
    [4, 4.5, 5, 3, '#f1f0ea', 'Landing', '15.0 m²'],
    [9, 4.5, 4, 3, '#e3efe4', 'Balcony room', '12.0 m²'],
  ];
  return [
    rooms.map(floorOf),
    outline(),
    windows(
      [
        [1.6, 0],
        [6.3, 0],
        [10.3, 0],
      ],
      [
        [0, 5.4],
        [0, 1.6],
        [13, 1.6],
        [13, 5.5],
      ],
    ),
    door(4.1, 4.5, 0),
    door(6, 4.5, 0),
    door(10.7, 4.5, 0),
    door(4, 5.4, 2, true),
    door(9, 5.2, 0, true),
    bed(0.3, 0.25),
    bed(5.4, 0.2),
    bed(11.1, 0.2),
    bath(0.3, 4.9),
    stairs(7.2, 6.2),
    sofa(10.4, 6.45),
    rooms.map(nameOf),
  ];
}

function attic() {
  const rooms = [
    [0, 0, 8, 7.5, '#f1f0ea', 'Studio', '60.0 m²'],
    [8, 0, 5, 4.5, '#f6ead2', 'Store', '22.5 m²'],
    [8, 4.5, 5, 3, '#e3efe4', 'Plant room', '15.0 m²'],
  ];
  return [
    rooms.map(floorOf),
    outline(),
    windows(
      [],
      [
        [0, 3],
        [13, 1.8],
      ],
    ),
    lines(
      [
        [x(0), y(3.75)],
        [x(13), y(3.75)],
      ],
      { stroke: '#c0504a', line: 1, dash: '10 4 2 4' },
    ),
    text(x(1.1), y(3.75) - 5, 8, 'ridge', { colour: '#c0504a' }),
    skylight(1.4, 1),
    skylight(4.6, 1),
    skylight(1.4, 5.6),
    skylight(11.2, 6.4),
    door(8, 2.6, 0, true),
    door(8, 5.2, 0, true),
    table(5.1, 4.6),
    desk(0.4, 2.4),
    stairs(6.1, 6.2),
    times(4, (index) => box(x(9 + index * 0.9), y(0.4), 34, 24, { stroke: thin })),
    rooms.map(nameOf),
  ];
}

function floorOf([across, down, width, height, fill]) {
  return box(x(across), y(down), width * metre, height * metre, { fill, stroke: wall, line: 4 });
}

function nameOf([across, down, width, height, , name, area]) {
  const middle = x(across + width / 2);
  const line = y(down + height / 2);
  return [
    text(middle, line, 12, name, { bold: true, align: 0.5 }),
    text(middle, line + 14, 9, area, { colour: '#667380', align: 0.5 }),
  ];
}

function outline() {
  return box(x(0), y(0), 13 * metre, 7.5 * metre, { stroke: wall, line: 9 });
}

function windows(across, down) {
  const glass = { fill: '#ffffff', stroke: '#3f7fae', line: 1.2 };
  return [
    across.map(([right, below]) =>
      [0, 7.5].map((side) =>
        side === 0 || right < 3
          ? [
              box(x(right), y(below + side) - 4, 64, 8, glass),
              lines(
                [
                  [x(right), y(below + side)],
                  [x(right) + 64, y(below + side)],
                ],
                glass,
              ),
            ]
          : [],
      ),
    ),
    down.map(([right, below]) => [
      box(x(right) - 4, y(below), 8, 58, glass),
      lines(
        [
          [x(right), y(below)],
          [x(right), y(below) + 58],
        ],
        glass,
      ),
    ]),
  ];
}

/** A gap in the wall, the leaf of the door, and the way it swings. */
function door(across, down, from, upright = false) {
  const wide = 38;
  const [hingeX, hingeY] = [x(across), y(down)];
  const gap = upright
    ? box(hingeX - 5, hingeY, 10, wide, { fill: '#fbfaf6' })
    : box(hingeX, hingeY - 5, wide, 10, { fill: '#fbfaf6' });
  const pen = { stroke: '#6a7783', line: 1 };
  const quadrant = upright ? { 0: 0, 2: 1, 3: 1 }[from] : from;
  const leaf = upright ? [hingeX + (quadrant === 0 ? wide : -wide), hingeY] : [hingeX, hingeY + (from === 0 ? wide : -wide)];
  return [gap, quarter(hingeX, hingeY, wide, quadrant, pen), lines([[hingeX, hingeY], leaf], { ...pen, line: 2 })];
}

function sofa(across, down) {
  return [
    box(x(across), y(down), 110, 44, { fill: '#ffffff', stroke: thin }),
    box(x(across) + 10, y(down), 45, 34, { stroke: thin }),
    box(x(across) + 55, y(down), 45, 34, { stroke: thin }),
  ];
}

function table(across, down) {
  const chairs = times(6, (index) =>
    box(x(across) + 8 + (index % 3) * 30, y(down) + (index < 3 ? -14 : 46), 20, 12, { fill: '#ffffff', stroke: thin }),
  );
  return [chairs, box(x(across), y(down), 96, 44, { fill: '#ffffff', stroke: thin })];
}

function kitchen(across, down) {
  const rings = times(4, (index) =>
    box(x(across) + 16 + (index % 2) * 16, y(down) + 5 + Math.floor(index / 2) * 11, 8, 8, { stroke: thin }),
  );
  return [
    box(x(across), y(down), 172, 30, { fill: '#ffffff', stroke: thin }),
    rings,
    box(x(across) + 88, y(down) + 6, 40, 18, { stroke: thin }),
    box(x(across), y(down) + 30, 30, 110, { fill: '#ffffff', stroke: thin }),
  ];
}

function stairs(across, down) {
  const steps = times(9, (index) => box(x(across) + index * 9, y(down), 9, 56, { fill: '#ffffff', stroke: thin }));
  return [
    steps,
    lines(
      [
        [x(across) + 5, y(down) + 28],
        [x(across) + 72, y(down) + 28],
        [x(across) + 66, y(down) + 24],
      ],
      { stroke: '#6a7783' },
    ),
  ];
}

function desk(across, down) {
  return [
    box(x(across), y(down), 80, 32, { fill: '#ffffff', stroke: thin }),
    box(x(across) + 28, y(down) - 20, 24, 16, { fill: '#ffffff', stroke: thin }),
  ];
}

function bath(across, down) {
  return [
    box(x(across), y(down), 74, 34, { fill: '#ffffff', stroke: thin }),
    box(x(across) + 5, y(down) + 5, 64, 24, { stroke: thin }),
    box(x(across), y(down) + 92, 24, 20, { fill: '#ffffff', stroke: thin }),
  ];
}

function bed(across, down) {
  return [
    box(x(across), y(down), 78, 80, { fill: '#ffffff', stroke: thin }),
    box(x(across) + 6, y(down) + 6, 30, 18, { stroke: thin }),
    box(x(across) + 42, y(down) + 6, 30, 18, { stroke: thin }),
    lines(
      [
        [x(across), y(down) + 36],
        [x(across) + 78, y(down) + 36],
      ],
      { stroke: thin },
    ),
  ];
}

function skylight(across, down) {
  const [right, below] = [x(across), y(down)];
  return [
    box(right, below, 54, 40, { fill: '#eaf4fb', stroke: '#3f7fae' }),
    lines(
      [
        [right, below],
        [right + 54, below + 40],
      ],
      { stroke: '#3f7fae' },
    ),
    lines(
      [
        [right + 54, below],
        [right, below + 40],
      ],
      { stroke: '#3f7fae' },
    ),
  ];
}

function measures() {
  const pen = { stroke: thin, line: 0.8 };
  const under = y(7.5) + 24;
  return [
    lines(
      [
        [x(0), under],
        [x(13), under],
      ],
      pen,
    ),
    [0, 13].map((at) =>
      lines(
        [
          [x(at) - 4, under + 4],
          [x(at) + 4, under - 4],
        ],
        { ...pen, stroke: wall },
      ),
    ),
    text(x(6.5), under - 4, 9, '13.00 m', { align: 0.5 }),
    lines(
      [
        [x(0) - 24, y(0)],
        [x(0) - 24, y(7.5)],
      ],
      pen,
    ),
    [0, 7.5].map((at) =>
      lines(
        [
          [x(0) - 28, y(at) + 4],
          [x(0) - 20, y(at) - 4],
        ],
        { ...pen, stroke: wall },
      ),
    ),
    text(x(0) - 28, y(3.75), 9, '7.50 m', { align: 0.5, turned: true }),
  ];
}

function scale() {
  const marks = times(5, (index) => [
    box(92 + index * metre, 528, metre, 7, { fill: index % 2 ? '#ffffff' : wall, stroke: wall, line: 0.8 }),
    text(92 + index * metre, 550, 8, String(index), { align: 0.5 }),
  ]);
  return [marks, text(92 + 5 * metre, 550, 8, '5 m', { align: 0.5 })];
}

function north() {
  return [
    lines(
      [
        [760, 98],
        [770, 62],
        [780, 98],
        [770, 90],
        [760, 98],
      ],
      { fill: wall },
    ),
    text(770, 56, 12, 'N', { bold: true, align: 0.5 }),
  ];
}

function titleBlock(number, name) {
  return [
    box(598, 519, 220, 52, { fill: '#ffffff', stroke: wall, line: 1.2 }),
    lines(
      [
        [752, 519],
        [752, 571],
      ],
      { stroke: wall },
    ),
    text(608, 539, 11, name, { bold: true }),
    text(608, 557, 8, 'Scale 1:59 on A4', { colour: '#667380' }),
    text(785, 539, 8, 'Sheet', { colour: '#667380', align: 0.5 }),
    text(785, 560, 15, `${number} / 3`, { bold: true, align: 0.5 }),
  ];
}

function times(count, draw) {
  return Array.from({ length: count }, (_, index) => draw(index));
}

function x(metres) {
  return left + metres * metre;
}

function y(metres) {
  return top + metres * metre;
}
