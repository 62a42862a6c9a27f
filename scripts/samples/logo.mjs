/** The mark of Proofsheet: nine small prints on one dark sheet, one of them chosen with a red pencil. */
export function logo() {
  const skies = ['#f6b26b', '#8ec5e8', '#f28f7c', '#9ad1c2', '#ffd98a', '#b7a6e0', '#8fc1e3', '#f3c6a5', '#a6d49f'];
  const lands = ['#7a4b6b', '#3f6f8f', '#5a3a63', '#2f6d63', '#a8663a', '#4d3f7d', '#35577a', '#8a5240', '#3f7a48'];
  const prints = skies.map((sky, index) =>
    print(44 + (index % 3) * 144, 44 + Math.floor(index / 3) * 144, sky, lands[index], index),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 512 512">
<title>Proofsheet</title>
<rect width="512" height="512" rx="72" fill="#20242f"/>
${prints.join('\n')}
<path d="M188 262c-6-50 26-82 74-80 54 2 82 36 76 84-6 46-42 72-88 66-44-6-66-36-62-76 2-16 8-32 20-44" fill="none" stroke="#ff4d4d" stroke-width="13" stroke-linecap="round"/>
</svg>
`;
}

function print(x, y, sky, land, index) {
  const peak = 24 + ((index * 37) % 28);
  return `<g transform="translate(${x} ${y})"><rect width="136" height="136" rx="8" fill="#f7f4ec"/><rect x="8" y="8" width="120" height="120" rx="3" fill="${sky}"/><circle cx="${100 - peak / 2}" cy="40" r="13" fill="#fff7dc"/><path d="M8 ${104 - peak / 4}L${28 + peak} ${58 + peak / 6}l28 30 18-16 ${128 - 74 - peak} 26V125a3 3 0 0 1-3 3H11a3 3 0 0 1-3-3z" fill="${land}"/></g>`;
}
