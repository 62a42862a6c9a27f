import { numbersFrom } from './random.mjs';
import { circle, horizontal, path, polygon, radial, rect, scene, times, vertical } from './scene.mjs';

const width = 1200;
const height = 1600;
const light = { x: 640, y: 452 };

/** A lighthouse at night, upright. */
export function lighthouse() {
  const random = numbersFrom(3);
  return scene(
    width,
    height,
    [
      vertical('sky', [0, '#0b1537'], [52, '#233c74'], [82, '#5f6d9f'], [100, '#e2a088']),
      vertical('sea', [0, '#50618f'], [30, '#22386a'], [100, '#081127']),
      horizontal('tower', [0, '#ffffff'], [55, '#e9e6e6'], [100, '#7d86a8']),
      horizontal('stripe', [0, '#e8524a'], [55, '#cf3f3c'], [100, '#6c2440']),
      horizontal('east', [0, '#fff2b8', 0.85], [100, '#fff2b8', 0]),
      horizontal('west', [0, '#fff2b8', 0], [100, '#fff2b8', 0.85]),
      radial('glow', [0, '#fffbe0', 1], [20, '#ffedA8', 0.75], [100, '#ffe79a', 0]),
      vertical('cliff', [0, '#3c4a4f'], [100, '#11182a']),
    ].join(''),
    rect(0, 0, width, 1180, 'url(#sky)'),
    stars(random),
    moon(),
    rect(0, 1180, width, 420, 'url(#sea)'),
    polygon(
      [
        [light.x, light.y - 12],
        [1200, 250],
        [1200, 560],
        [light.x, light.y + 12],
      ],
      'url(#east)',
    ),
    polygon(
      [
        [0, 330],
        [light.x, light.y - 12],
        [light.x, light.y + 12],
        [0, 590],
      ],
      'url(#west)',
    ),
    waves(random),
    cliff(random),
    cottage(),
    tower(),
    circle(light.x, light.y, 210, 'url(#glow)'),
    foam(random),
  );
}

function stars(random) {
  return times(170, () =>
    circle(
      random() * width,
      random() * 860,
      0.8 + random() ** 3 * 3.2,
      '#fdf6e0',
      `opacity="${(0.3 + random() * 0.7).toFixed(2)}"`,
    ),
  );
}

function moon() {
  return [
    circle(214, 236, 130, 'url(#glow)', 'opacity="0.35"'),
    path('M250 160 A82 82 0 1 0 292 282 A66 66 0 1 1 250 160Z', '#fbf1cf'),
  ];
}

function waves(random) {
  return times(240, () => {
    const depth = random() ** 1.2;
    const length = 40 + random() * 170 * (0.3 + depth);
    const colour = random() < 0.4 ? '#f3cfa8' : '#9fb2da';
    return rect(
      random() * width - length / 2,
      1184 + depth * 400,
      length,
      1.5 + depth * 4,
      colour,
      `rx="2" opacity="${(0.1 + random() * 0.3).toFixed(2)}"`,
    );
  });
}

function cliff(random) {
  const edge =
    'M250 1600 L300 1390 L350 1330 L372 1200 L440 1150 L520 1128 L760 1118 L900 1134 L1010 1176 L1090 1190 L1200 1260 V1600Z';
  const cracks = times(13, () => {
    const x = 470 + random() * 660;
    const y = 1250 + random() * 240;
    return path(
      `M${x} ${y} l${20 + random() * 40} ${30 + random() * 60} l${-30 + random() * 20} ${40 + random() * 60}`,
      'none',
      'stroke="#0b1020" stroke-width="5" opacity="0.55"',
    );
  });
  return [
    path(edge, 'url(#cliff)'),
    path(
      'M372 1200 L440 1150 L520 1128 L760 1118 L900 1134 L1010 1176 L1090 1190 L1200 1260 V1292 C1060 1216 960 1210 880 1170 S540 1152 470 1182 400 1220 366 1236Z',
      '#4d7355',
    ),
    cracks,
  ];
}

function cottage() {
  return [
    rect(806, 1030, 190, 112, '#d9d6d2'),
    polygon(
      [
        [786, 1036],
        [846, 956],
        [958, 956],
        [1018, 1036],
      ],
      '#8c3b3f',
    ),
    rect(922, 930, 26, 50, '#6c4a4a'),
    rect(830, 1064, 36, 38, '#ffdf8e', 'rx="3"'),
    rect(936, 1064, 36, 38, '#ffdf8e', 'rx="3"'),
    rect(884, 1062, 34, 80, '#51333a'),
  ];
}

/** The tower narrows from 190 at the ground to 110 below the gallery; its stripes follow that. */
function tower() {
  const halfAt = (y) => 55 + ((y - 540) / (1140 - 540)) * 40;
  const band = (top, bottom, fill) =>
    polygon(
      [
        [640 - halfAt(top), top],
        [640 + halfAt(top), top],
        [640 + halfAt(bottom), bottom],
        [640 - halfAt(bottom), bottom],
      ],
      fill,
    );
  return [
    band(540, 1140, 'url(#tower)'),
    [
      [620, 710],
      [800, 890],
      [980, 1070],
    ].map(([top, bottom]) => band(top, bottom, 'url(#stripe)')),
    [
      [640, 585],
      [628, 755],
      [650, 930],
    ].map(([x, y]) => path(`M${x - 12} ${y + 36} v-26 a12 12 0 0 1 24 0 v26Z`, '#33384f')),
    path('M612 1140 v-62 a28 28 0 0 1 56 0 v62Z', '#43302f'),
    rect(566, 516, 148, 26, '#2a3049', 'rx="4"'),
    times(8, (index) => rect(570 + index * 19.6, 482, 4, 36, '#2a3049')),
    rect(566, 478, 148, 6, '#2a3049'),
    rect(598, 398, 84, 120, '#ffeFb0', 'opacity="0.95"'),
    [598, 624, 652, 678].map((x) => rect(x, 398, 5, 120, '#2a3049')),
    path('M584 400 H696 C690 360 664 338 640 332 C616 338 590 360 584 400Z', '#b8373b'),
    rect(636, 300, 8, 36, '#2a3049'),
    circle(640, 298, 8, '#2a3049'),
  ];
}

function foam(random) {
  return times(40, (index) =>
    circle(
      238 + index * 2 + random() * 26,
      1600 - index * 7.6 + random() * 26,
      5 + random() * 15,
      '#eaf2fb',
      `opacity="${(0.25 + random() * 0.45).toFixed(2)}"`,
    ),
  );
}
