/** How many bars a waveform has. */
export const waveformBars = 48;
/** px; twice as wide as high. */
export const waveformWidth = 2048;
export const waveformHeight = waveformWidth / 2;

/** In units of which a bar with the gap behind it takes 10. */
const step = 10;
const barWidth = 6;
const margin = 16;
const width = waveformBars * step - (step - barWidth) + 2 * margin;
const height = width / 2;
const highest = height - 4 * margin;
/** What is quieter than this, of 1, is drawn as silence: the noise of the recording. */
const silence = 0.001;

/** Bars on paper, the loudest as high as there is room; of each a dot is left where there is silence. */
export function drawWaveform(loudness: readonly number[], widthPx: number): string {
  const loudest = Math.max(...loudness, silence);
  const bars = loudness.map((loud, index) => {
    const barHeight = Math.max(barWidth, loud > silence ? (loud / loudest) * highest : 0);
    const place = `x="${margin + index * step}" y="${((height - barHeight) / 2).toFixed(2)}" height="${barHeight.toFixed(2)}"`;
    return `<rect ${place} width="${barWidth}" rx="${barWidth / 2}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${widthPx / 2}" viewBox="0 0 ${width} ${height}">
  <rect width="${width}" height="${height}" fill="#f5f7f9"/>
  <g fill="#765d8c">${bars.join('')}</g>
</svg>`;
}
