import { numbersFrom } from './random.mjs';
import { circle, ellipse, group, path, polygon, rect, scene, times, vertical } from './scene.mjs';

/** Three stalls of a market, cut out: around them the picture is transparent, the lamps' light and the shadows are half so. */
export function market() {
  const random = numbersFrom(7);
  return scene(
    1400,
    900,
    [vertical('wood', [0, '#b98350'], [100, '#7d5130']), vertical('shade', [0, '#1d1226', 0.5], [100, '#1d1226', 0])].join(''),
    ellipse(700, 846, 660, 34, '#231a2c', 'opacity="0.35"'),
    bunting(),
    group('translate(60 210)', stall(random, '#d8483f', ['#e4572e', '#f2a33a', '#8fbf3f'])),
    group('translate(500 170)', stall(random, '#2f8f83', ['#f4c430', '#d7263d', '#6a3d9a'])),
    group('translate(940 210)', stall(random, '#e6a323', ['#79b84a', '#c2452d', '#f0e0b0'])),
    pots(),
  );
}

function bunting() {
  const colours = ['#d8483f', '#f2c14e', '#2f8f83', '#3f6fb5', '#e98a3b'];
  const flags = times(24, (index) => {
    const x = 40 + index * 56;
    const y = 60 + Math.sin((index / 23) * Math.PI * 2 + Math.PI / 2) * -34 + 40;
    return polygon(
      [
        [x, y],
        [x + 44, y + 2],
        [x + 22, y + 54],
      ],
      colours[index % colours.length],
    );
  });
  const cord = times(24, (index) => `${40 + index * 56} ${98 + Math.sin((index / 23) * Math.PI * 2 + Math.PI / 2) * -34}`);
  return [path(`M${cord.join(' L')} L1384 66`, 'none', 'stroke="#5b4636" stroke-width="4"'), flags];
}

function stall(random, colour, goods) {
  return [
    rect(22, 120, 14, 510, '#6a4527'),
    rect(364, 120, 14, 510, '#6a4527'),
    rect(36, 120, 328, 360, '#3b2a33', 'opacity="0.88"'),
    shelf(random, goods),
    rect(36, 118, 328, 90, 'url(#shade)'),
    awning(colour),
    counter(random, goods),
    lamp(),
  ];
}

function awning(colour) {
  return times(8, (index) => {
    const fill = index % 2 ? '#fbf3e4' : colour;
    const top = 30 + index * 42.5;
    const bottom = index * 50;
    return [
      polygon(
        [
          [top, 0],
          [top + 42.5, 0],
          [bottom + 50, 120],
          [bottom, 120],
        ],
        fill,
      ),
      path(`M${bottom} 120 h50 v14 a25 25 0 0 1 -50 0Z`, fill),
      path(`M${bottom} 120 h50 v14 a25 25 0 0 1 -50 0Z`, '#000000', 'opacity="0.12"'),
    ];
  });
}

function shelf(random, goods) {
  const jars = times(7, (index) => {
    const tall = 44 + random() * 26;
    const x = 58 + index * 42;
    return [
      rect(x, 300 - tall, 30, tall, goods[index % 3], 'rx="6"'),
      rect(x + 4, 292 - tall, 22, 10, '#e9dcc3', 'rx="2"'),
      rect(x + 5, 306 - tall, 5, tall - 14, '#ffffff', 'rx="2" opacity="0.45"'),
    ];
  });
  return [jars, rect(46, 300, 308, 10, '#8a5c36')];
}

function counter(random, goods) {
  const crates = goods.map((fruit, index) => {
    const x = 14 + index * 126;
    const heap = times(26, (place) => {
      const row = Math.floor(place / 7);
      const across = x + 16 + (place % 7) * 14.5 + row * 6 + random() * 4;
      return across > x + 112
        ? ''
        : [circle(across, 432 - row * 12, 11, fruit), circle(across - 3, 428 - row * 12, 3.4, '#ffffff', 'opacity="0.5"')];
    });
    return [
      heap,
      rect(x, 434, 120, 46, 'url(#wood)'),
      rect(x, 447, 120, 3, '#5f3c22'),
      rect(x, 463, 120, 3, '#5f3c22'),
      rect(x + 42, 444, 36, 26, '#fdf6e3', 'rx="3"'),
      rect(x + 48, 452, 24, 3, '#4a4a55'),
      rect(x + 48, 460, 15, 3, '#4a4a55'),
    ];
  });
  const boards = times(8, (index) => rect(4 + index * 49.5, 484, 46, 146, index % 2 ? '#a06c40' : '#93623a'));
  return [boards, rect(-8, 476, 416, 18, '#c08a55', 'rx="4"'), crates];
}

function lamp() {
  return [
    rect(198, 134, 4, 36, '#241a20'),
    circle(200, 184, 74, '#ffe9a6', 'opacity="0.22"'),
    circle(200, 184, 40, '#ffe9a6', 'opacity="0.35"'),
    circle(200, 184, 14, '#fff6d6'),
  ];
}

function pots() {
  const pot = (x, flower) =>
    group(
      `translate(${x} 838)`,
      times(7, (index) =>
        path(
          `M0 -60 Q${(index - 3) * 16} -100 ${(index - 3) * 20} -${118 - Math.abs(index - 3) * 12}`,
          'none',
          'stroke="#4f8a3f" stroke-width="5"',
        ),
      ),
      times(7, (index) => circle((index - 3) * 20, -(120 - Math.abs(index - 3) * 12), 13, index % 2 ? flower : '#fff1d0')),
      polygon(
        [
          [-40, -64],
          [40, -64],
          [28, 0],
          [-28, 0],
        ],
        '#b85c3a',
      ),
      rect(-46, -74, 92, 16, '#cf6f48', 'rx="4"'),
    );
  return [pot(480, '#d7568b'), pot(922, '#7d63c9')];
}
