import { numbersFrom } from './random.mjs';
import { circle, ellipse, path, polygon, radial, rect, scene, times, vertical } from './scene.mjs';

const width = 1600;
const height = 1067;
const shore = 700;

/** Snow on the peaks in the morning, fir trees, and a lake that mirrors them. */
export function mountains() {
  const random = numbersFrom(29);
  const land = [farRidges(random), peaks(random), forest(random)].flat(9).join('');
  return scene(
    width,
    height,
    [
      vertical('sky', [0, '#2f79bd'], [55, '#8fc4e6'], [100, '#f6e6cf']),
      vertical('lake', [0, '#7fb4c9', 0.42], [100, '#123f5c', 0.94]),
      vertical('haze', [0, '#f6e6cf', 0], [100, '#f6e6cf', 0.75]),
      vertical('rock', [0, '#6d7896'], [100, '#3f5670']),
      radial('sun', [0, '#fffbe6', 1], [18, '#fff3c4', 0.85], [100, '#fff0c0', 0]),
    ].join(''),
    rect(0, 0, width, height, 'url(#sky)'),
    circle(330, 190, 300, 'url(#sun)'),
    clouds(),
    land,
    `<g transform="matrix(1 0 0 -0.9 0 ${shore * 1.9})" opacity="0.85">${land}</g>`,
    rect(0, shore, width, height - shore, 'url(#lake)'),
    ripples(random),
    bank(random),
  );
}

function clouds() {
  const cloud = (x, y, scale) =>
    [
      [0, 0, 120, 26],
      [-60, -14, 62, 30],
      [18, -30, 74, 42],
      [78, -10, 58, 26],
    ].map(([across, down, wide, high]) =>
      ellipse(x + across * scale, y + down * scale, wide * scale, high * scale, '#ffffff', 'opacity="0.85"'),
    );
  return [cloud(690, 150, 0.9), cloud(1380, 110, 1.15), cloud(1050, 235, 0.5)];
}

function farRidges(random) {
  return [
    polygon([[0, shore], ...ridge(random, 0, width, 470, 90, 26), [width, shore]], '#9db7d0'),
    polygon([[0, shore], ...ridge(random, 0, width, 540, 80, 26), [width, shore]], '#7f9cba'),
    rect(0, 430, width, shore - 430, 'url(#haze)'),
  ];
}

/** Each peak has a side in the light, a side in the shade, and snow down to a jagged line. */
function peaks(random) {
  const summits = [
    [1330, 300, 430],
    [170, 330, 420],
    [960, 236, 460],
    [560, 176, 520],
  ];
  return summits.map(([x, y, half]) => {
    const outline = [[x - half, shore], ...slope(random, x - half, shore, x, y), ...slope(random, x, y, x + half, shore)];
    const spine = [
      [x, y],
      ...times(9, (step) => [x + (random() - 0.35) * 46 * (step + 1) * 0.55, y + ((step + 1) * (shore - y)) / 9]),
    ];
    const right = outline.filter(([across]) => across >= x);
    return [
      polygon(outline, '#8793aa'),
      polygon([...spine, [x + half, shore], ...right.reverse()], 'url(#rock)'),
      snow(random, x, y, outline, spine),
    ];
  });
}

function snow(random, x, y, outline, spine) {
  const line = y + 190;
  const upper = outline.filter(([, down]) => down <= line);
  const left = upper[0][0];
  const last = upper.at(-1)[0];
  const edge = times(15, (step) => [last + ((left - last) * step) / 14, line - 62 + (step % 2 ? 78 : 0) + random() * 34]);
  const middle = spine.filter(([, down]) => down < line);
  const shade = [
    ...middle,
    ...edge.filter(([across]) => across > middle.at(-1)[0]).reverse(),
    ...upper.filter(([across]) => across >= x).reverse(),
  ];
  return [polygon([...upper, ...edge], '#fdfdfd'), polygon(shade, '#b9cbe2')];
}

function slope(random, fromX, fromY, toX, toY) {
  return times(14, (step) => {
    const part = (step + 1) / 14;
    const jag = part < 1 ? (random() - 0.5) * 26 : 0;
    return [fromX + (toX - fromX) * part + jag * 0.4, fromY + (toY - fromY) * part ** (toY < fromY ? 1.12 : 0.9) + jag];
  });
}

function ridge(random, fromX, toX, y, swing, steps) {
  return times(steps + 1, (step) => [fromX + ((toX - fromX) * step) / steps, y - random() * swing + Math.sin(step / 3) * 24]);
}

function forest(random) {
  const rows = [
    [640, 34, '#4f7a72', 110],
    [668, 46, '#35625a', 95],
    [700, 62, '#214c45', 84],
  ];
  return rows.map(([ground, size, colour, count]) => [
    rect(0, ground - 8, width, shore - ground + 10, colour),
    times(count, (index) => fir(((index + random() * 0.8) * width) / count, ground, size * (0.65 + random() * 0.7), colour)),
  ]);
}

function fir(x, ground, tall, colour) {
  const layers = [
    [0.34, 0, 0.46],
    [0.27, 0.28, 0.72],
    [0.18, 0.55, 1],
  ];
  const points = layers.map(([half, from, to]) =>
    polygon(
      [
        [x - tall * half, ground - tall * from],
        [x, ground - tall * to],
        [x + tall * half, ground - tall * from],
      ],
      colour,
    ),
  );
  return points.join('');
}

function ripples(random) {
  return times(150, () => {
    const depth = random();
    const length = 30 + random() * 190 * (0.3 + depth);
    return rect(
      random() * width - length / 2,
      shore + 8 + depth * (height - shore - 60),
      length,
      1.2 + depth * 3,
      '#e8f5fa',
      `rx="2" opacity="${(0.1 + random() * 0.22).toFixed(2)}"`,
    );
  });
}

function bank(random) {
  const stones = times(26, () =>
    ellipse(random() * 900, 1016 + random() * 46, 18 + random() * 34, 9 + random() * 12, random() < 0.5 ? '#5d6a6c' : '#76837f'),
  );
  const trees = [
    [1490, 420],
    [1380, 300],
    [1570, 330],
    [60, 330],
    [-10, 250],
    [150, 210],
  ].map(([x, tall]) => fir(x, 1075, tall, '#123430'));
  return [path('M0 1020 C220 990 420 1030 640 1030 S1180 1050 1320 1010 1520 990 1600 980 V1067 H0Z', '#2a4a3a'), stones, trees];
}
