// Small multiples of the shapes: across, what a term's formula says; up, what it counts for;
// dashed, what it would count for if terms were simply added. Pure.

import { type Shape, type ShapedTerm, shapes } from '../../domain/detect/combination.ts';

const columns = 4;
const cell = { width: 190, height: 150 };
const plot = { left: 34, top: 26, width: 140, height: 100 };

/** The picture as SVG text. */
export function shapesPicture(): string {
  const terms = Object.entries(shapes) as [ShapedTerm, Shape][];
  const rows = Math.ceil(terms.length / columns);
  const cells = terms.map(([term, shape], at) => {
    const x = (at % columns) * cell.width;
    const y = Math.floor(at / columns) * cell.height;
    return `<g transform="translate(${x} ${y})">${plotOf(term, shape)}</g>`;
  });
  const size = `${columns * cell.width} ${rows * cell.height}`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" font-family="sans-serif" ` +
    `font-size="11" fill="#333">\n<title>What each term says, and what it counts for</title>\n` +
    `<rect width="100%" height="100%" fill="#fff"/>\n` +
    `${cells.join('\n')}\n</svg>\n`
  );
}

function plotOf(term: string, shape: Shape): string {
  const low = shape[0] as Shape[number];
  const high = shape.at(-1) as Shape[number];
  const bottom = Math.min(low[0], low[1]);
  const top = Math.max(high[0], high[1]);
  const x = (said: number): number =>
    plot.left + (plot.width * (said - low[0])) / (high[0] - low[0]);
  const y = (nats: number): number => plot.top + (plot.height * (top - nats)) / (top - bottom);
  const line = (points: Shape): string =>
    points.map(([said, nats]) => `${x(said).toFixed(1)},${y(nats).toFixed(1)}`).join(' ');
  const sum: Shape = shape.map(([said]) => [said, said] as const);
  const label = (text: number, at: number, up: number, anchor: string): string =>
    `<text x="${at.toFixed(1)}" y="${up.toFixed(1)}" text-anchor="${anchor}">${short(text)}</text>`;
  const right = plot.left + plot.width;
  return [
    `<text x="${plot.left}" y="14" font-weight="bold">${term}</text>`,
    `<path d="M${plot.left} ${y(0).toFixed(1)}H${right}" stroke="#bbb"/>`,
    `<path d="M${x(0).toFixed(1)} ${plot.top}v${plot.height}" stroke="#bbb"/>`,
    `<polyline points="${line(sum)}" fill="none" stroke="#888" stroke-dasharray="4 3"/>`,
    `<polyline points="${line(shape)}" fill="none" stroke="#0b6" stroke-width="2"/>`,
    label(low[0], plot.left, plot.top + plot.height + 14, 'start'),
    label(high[0], right, plot.top + plot.height + 14, 'end'),
    label(high[1], plot.left - 4, y(high[1]) + 4, 'end'),
    low[1] < 0 ? label(low[1], plot.left - 4, y(low[1]) + 4, 'end') : '',
  ].join('');
}

const short = (value: number): string => (Math.round(value * 10) / 10).toString();
