// Offices and their ways out: where people live around, and which address they share.

import { drawCarrier, type Ground, type Line, sharedLine } from './access.ts';
import { type City, countryOf } from './geography.ts';
import { siteCountries } from './networks.ts';
import { dayMs, worldStart } from './parameters.ts';
import type { Random } from './random.ts';

/** An office and its way out, which may change to another provider. */
export type Site = {
  readonly country: string;
  readonly city: City;
  readonly egress: readonly { readonly from: number; readonly line: Line }[];
};

/** What an organisation is drawn from. */
export type DrawContext = Ground & {
  readonly seed: number;
  readonly days: number;
};

/** Four sites in two to four countries; one of them changes its provider late in the world. */
export function drawSites(context: DrawContext, random: Random): Site[] {
  const countries = random.sample(siteCountries, 2 + random.int(3));
  const end = context.days * dayMs;
  const moving = random.int(4);
  return [0, 1, 2, 3].map((index) => {
    const country = (index === 0 ? countries[0] : random.pick(countries)) as string;
    const city = random.pick(countryOf(country).cities);
    const asn = drawCarrier(random, country);
    const officeLine = (of: number): Line => {
      const near = context.book.near(of, city, 0, 60);
      const blocks = near.length > 0 ? near : context.book.nearest(of, city, country, 3);
      return sharedLine(random, [random.pick(blocks)], 2);
    };
    const egress = [{ from: 0, line: officeLine(asn) }];
    if (index === moving) {
      const from = worldStart + random.between(0.55, 0.9) * end;
      egress.push({ from, line: officeLine(drawCarrier(random, country, asn)) });
    }
    return { country, city, egress };
  });
}
