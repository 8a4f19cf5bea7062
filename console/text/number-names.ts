// Labels for a reason's numbers. The API names them as the code does, unit last (`effectiveKm`); a
// name without an entry here is split the same way.

/** Names that say too little by themselves. */
const known: Readonly<Record<string, readonly [name: string, unit: string]>> = {
  effectiveKm: ['distance after uncertainty', 'km'],
  m: ['implausibility', 'of 1'],
};

const units: readonly (readonly [ending: RegExp, unit: string])[] = [
  [/Kmh$/, 'km/h'],
  [/Km$/, 'km'],
  [/Hours$/, 'h'],
  [/Days$/, 'days'],
  [/Minutes$/, 'min'],
  [/Seconds$/, 's'],
];

/** `gapHours` as `['gap', 'h']`; a number without a unit has an empty one. */
export function numberName(key: string): readonly [name: string, unit: string] {
  const own = Object.hasOwn(known, key) ? known[key] : undefined;
  if (own) return own;
  const [ending, unit = ''] = units.find(([pattern]) => pattern.test(key)) ?? [];
  const bare = ending ? key.replace(ending, '') : key;
  return [bare.replace(/(?<=[a-z\d])[A-Z]/g, ' $&').toLowerCase(), unit];
}
