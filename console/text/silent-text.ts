// What would have kept a detection silent, as a sentence: the smallest sets of its evidence, as the
// API names them (`silentWithout`).

const words: Readonly<Record<string, string>> = {
  place: 'the place',
  network: 'the network',
  prefix: 'the address',
  'network-type': 'the kind of network',
  device: 'the device',
  gateway: 'the gateway',
  hour: 'the hour',
  travel: 'the journey',
  overlap: 'a second session elsewhere',
  colleagues: 'colleagues coming from there',
  traffic: 'the amount of traffic',
  'no-address': 'a session without an address',
  burst: 'others coming from there for the first time',
  feedback: 'what an analyst had called malicious',
};

/** `There would have been no alert had the journey, or the place and the device, been usual.` */
export function silentText(sets: readonly (readonly string[])[] = []): string | undefined {
  if (sets.length === 0) return undefined;
  const named = sets.map((set) => listed(set.map((term) => words[term] ?? term)));
  const [first = '', ...others] = named;
  const all = others.length === 0 ? first : `${[first, ...others].join(', or ')},`;
  return `There would have been no alert had ${all} been usual.`;
}

function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
