/** Words of SVG that every scene is written in. Scenes have no letters, as the fonts of machines differ. */
export function scene(width, height, defs, ...layers) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><defs>${defs}</defs>${layers.flat(9).join('')}</svg>`;
}

/** `stops` are [offset in percent, colour, opacity] from top to bottom. */
export function vertical(id, ...stops) {
  return `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${stopsOf(stops)}</linearGradient>`;
}

export function horizontal(id, ...stops) {
  return `<linearGradient id="${id}" x1="0" y1="0" x2="1" y2="0">${stopsOf(stops)}</linearGradient>`;
}

export function radial(id, ...stops) {
  return `<radialGradient id="${id}">${stopsOf(stops)}</radialGradient>`;
}

export function rect(x, y, width, height, fill, more = '') {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}" ${more}/>`;
}

export function circle(x, y, radius, fill, more = '') {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}" fill="${fill}" ${more}/>`;
}

export function ellipse(x, y, across, down, fill, more = '') {
  return `<ellipse cx="${round(x)}" cy="${round(y)}" rx="${round(across)}" ry="${round(down)}" fill="${fill}" ${more}/>`;
}

export function path(d, fill, more = '') {
  return `<path d="${d}" fill="${fill}" ${more}/>`;
}

export function polygon(points, fill, more = '') {
  return `<polygon points="${points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ')}" fill="${fill}" ${more}/>`;
}

export function group(transform, ...parts) {
  return `<g transform="${transform}">${parts.flat(9).join('')}</g>`;
}

export function times(count, draw) {
  return Array.from({ length: count }, (_, index) => draw(index));
}

function stopsOf(stops) {
  return stops
    .map(([offset, colour, opacity = 1]) => `<stop offset="${offset}%" stop-color="${colour}" stop-opacity="${opacity}"/>`)
    .join('');
}

function round(length) {
  return Math.round(length * 10) / 10;
}
