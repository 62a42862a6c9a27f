import { numbersFrom } from './random.mjs';
import { circle, ellipse, group, path, polygon, radial, rect, scene, times, vertical } from './scene.mjs';

const width = 1600;
const height = 1067;
const horizon = 600;
const sun = { x: 1040, y: 540 };

/** A harbour in the evening: a town on the quay, boats on the water, the sun behind the hills. */
export function harbour() {
  const random = numbersFrom(11);
  return scene(
    width,
    height,
    [
      vertical('sky', [0, '#273466'], [32, '#6a4f8f'], [62, '#d8707c'], [84, '#f8a768'], [100, '#fcd890']),
      vertical('sea', [0, '#f3ae72'], [18, '#b8667a'], [52, '#4a3a6e'], [100, '#171b3d']),
      radial('glow', [0, '#fff3c8', 0.95], [22, '#ffd992', 0.6], [100, '#ffb36b', 0]),
    ].join(''),
    rect(0, 0, width, horizon, 'url(#sky)'),
    clouds(random),
    circle(sun.x, sun.y, 430, 'url(#glow)'),
    circle(sun.x, sun.y, 66, '#fff4d2'),
    hills(),
    rect(0, horizon, width, height - horizon, 'url(#sea)'),
    glints(random),
    town(random),
    onWater(560, 668, 0.72, sailboat('#2a2148', '#f7dcae', '#d98e6a')),
    onWater(1330, 690, 0.86, sailboat('#33204a', '#ffe9c2', '#e2a078')),
    onWater(900, 800, 1.5, sailboat('#7c2436', '#fff0d6', '#e9b58a')),
    onWater(430, 850, 1.45, fishingBoat()),
    jetty(),
    gulls(),
  );
}

function clouds(random) {
  return times(26, (index) => {
    const y = 90 + index * 17 + random() * 20;
    const colour = y < 260 ? '#8c6aa5' : y < 420 ? '#f09a86' : '#ffd9a0';
    return ellipse(
      random() * width,
      y,
      90 + random() * 260,
      4 + random() * 11,
      colour,
      `opacity="${(0.16 + random() * 0.26).toFixed(2)}"`,
    );
  });
}

function hills() {
  return [
    path(
      'M0 560 C140 500 260 470 420 520 S700 580 820 556 1040 500 1180 516 1420 470 1600 520 V602 H0Z',
      '#8c5577',
      'opacity="0.75"',
    ),
    path('M620 602 C760 566 860 588 980 574 S1220 540 1330 548 1500 520 1600 486 V602Z', '#5d3d69'),
    path('M1120 602 C1240 584 1340 588 1430 566 S1560 556 1600 548 V602Z', '#40305c'),
  ];
}

/** Light on the waves: dense below the sun, wider and darker the nearer they are. */
function glints(random) {
  return times(620, () => {
    const depth = random() ** 1.3;
    const y = horizon + 4 + depth * (height - horizon);
    const inSun = random() < 0.55;
    const x = inSun ? sun.x + (random() + random() + random() - 1.5) * (70 + depth * 330) : random() * width;
    const length = (10 + random() * 46) * (0.45 + depth * 1.6);
    const colour = inSun ? '#ffe2a6' : random() < 0.5 ? '#8d6a96' : '#1c1d45';
    const opacity = inSun ? 0.85 - depth * 0.55 : 0.3;
    return rect(x - length / 2, y, length, 1.6 + depth * 4, colour, `rx="2" opacity="${opacity.toFixed(2)}"`);
  });
}

function town(random) {
  const walls = ['#b4574f', '#d9a066', '#7e6a8f', '#c98a70', '#5f7f8c', '#a84a56', '#dcb98a', '#6b5a86'];
  let x = -30;
  const houses = walls.map((wall) => {
    const across = 58 + random() * 26;
    const up = 96 + random() * 84;
    const drawn = house(x, 632, across, up, wall, random);
    x += across + 1;
    return drawn;
  });
  const quay = [
    polygon(
      [
        [0, 630],
        [x + 70, 630],
        [x + 96, 668],
        [0, 690],
      ],
      '#3a2d52',
    ),
    polygon(
      [
        [0, 690],
        [x + 96, 668],
        [x + 92, 686],
        [0, 716],
      ],
      '#241d3d',
    ),
  ];
  const lights = times(9, (index) =>
    rect(24 + index * 66, 704 + (index % 3) * 9, 10, 40 + random() * 50, '#ffd27d', 'rx="5" opacity="0.22"'),
  );
  return [houses, quay, lights];
}

function house(x, ground, across, up, wall, random) {
  const top = ground - up;
  const floors = Math.floor(up / 38);
  const windows = times(floors * 2, (index) => {
    const lit = random() < 0.62;
    const left = x + across * (index % 2 ? 0.58 : 0.18);
    return rect(left, top + 14 + Math.floor(index / 2) * 36, across * 0.24, 20, lit ? '#ffdf8e' : '#3b3055', 'rx="2"');
  });
  return [
    rect(x, top, across, up, wall),
    rect(x + across * 0.82, top, across * 0.18, up, '#241d3d', 'opacity="0.28"'),
    polygon(
      [
        [x - 5, top],
        [x + across / 2, top - 34 - random() * 20],
        [x + across + 5, top],
      ],
      '#4b2b47',
    ),
    windows,
  ];
}

function onWater(x, y, scale, boat) {
  return [
    `<g transform="translate(${x} ${y}) scale(${scale} ${-scale * 0.62})" opacity="0.3">${boat}</g>`,
    group(`translate(${x} ${y}) scale(${scale})`, boat, rect(-78, -2, 156, 4, '#ffe2b0', 'rx="2" opacity="0.45"')),
  ];
}

function sailboat(hull, sail, shade) {
  return [
    rect(-2, -214, 5, 200, '#2b2140'),
    path('M6 -206 C52 -140 70 -84 74 -40 L6 -34Z', sail),
    path('M30 -166 C56 -116 70 -76 74 -40 L40 -37 C46 -80 42 -126 30 -166Z', shade, 'opacity="0.75"'),
    path('M-5 -190 C-34 -132 -50 -84 -56 -44 L-5 -36Z', sail, 'opacity="0.9"'),
    path('M-80 -28 H88 C80 -8 66 2 52 2 H-52 C-68 0 -76 -14 -80 -28Z', hull),
    path('M-80 -28 H88 L85 -20 H-78Z', '#f3c48e', 'opacity="0.8"'),
    path('M3 -214 l26 8 -26 8Z', '#e2574c'),
  ].join('');
}

function fishingBoat() {
  return [
    rect(-66, -122, 4, 100, '#2b2140'),
    rect(40, -96, 4, 70, '#2b2140'),
    path('M-64 -120 L42 -94 M-64 -120 L-104 -34', 'none', 'stroke="#2b2140" stroke-width="2"'),
    rect(-34, -84, 62, 50, '#f1e2c8'),
    rect(-42, -92, 78, 10, '#c8493f', 'rx="3"'),
    rect(-24, -74, 18, 18, '#ffd983', 'rx="2"'),
    rect(2, -74, 18, 18, '#ffd983', 'rx="2"'),
    path('M-112 -42 C-60 -30 40 -30 104 -46 C98 -16 84 2 66 3 H-70 C-92 2 -106 -18 -112 -42Z', '#23406b'),
    path('M-112 -42 C-60 -30 40 -30 104 -46 L102 -35 C44 -20 -60 -20 -109 -32Z', '#e9e2d0'),
    circle(-60, -10, 8, '#d9573f'),
    circle(-60, -10, 3.5, '#23406b'),
  ].join('');
}

function jetty() {
  const posts = times(5, (index) => {
    const x = 1236 + index * 84;
    const top = 905 - index * 4;
    return [
      rect(x, top - 40, 20, 210, '#150f28'),
      rect(x, top - 40, 7, 200, '#5a3b56'),
      ellipse(x + 10, top - 40, 10, 4, '#7d5467'),
    ];
  });
  const planks = times(9, (index) => rect(1186 + index * 50, 918 - index * 2, 46, 22, index % 2 ? '#3d2947' : '#4a3150'));
  const lamp = [
    rect(1400, 700, 8, 212, '#150f28'),
    circle(1404, 694, 90, 'url(#glow)', 'opacity="0.75"'),
    rect(1390, 676, 28, 34, '#fff0bd', 'rx="6"'),
    polygon(
      [
        [1384, 678],
        [1404, 660],
        [1424, 678],
      ],
      '#150f28',
    ),
  ];
  return [lamp, posts, planks, rect(1180, 938, 430, 9, '#150f28')];
}

function gulls() {
  const bird = 'M-26 -8 Q-12 -18 0 0 Q12 -18 26 -8 Q12 -10 0 6 Q-12 -10 -26 -8Z';
  const places = [
    [700, 250, 1],
    [770, 210, 0.7],
    [640, 320, 0.6],
    [1290, 300, 0.8],
    [1360, 270, 0.5],
  ];
  return places.map(([x, y, scale]) => group(`translate(${x} ${y}) scale(${scale})`, path(bird, '#2b2348')));
}
