// What a sensitivity would have meant, as a sentence (`GET /v1/sensitivity`).

import type { SensitivityPreview } from '../api/types.ts';

type Told = Pick<SensitivityPreview, 'days' | 'asked' | 'more' | 'fewer' | 'isAbout'>;

/** `With this sensitivity you would have had 4.1 alerts a day in the last 30 days: 9 more, ...` */
export function previewText({ days, asked, more, fewer, isAbout }: Told): string {
  const about = isAbout ? 'about ' : '';
  const perDay = asked.perDay.toFixed(1);
  const parts = [
    ...(more.alerts > 0 ? [`${more.alerts} more`] : []),
    ...(fewer.alerts > 0 ? [`${fewer.alerts} fewer`] : []),
  ];
  const difference = parts.length === 0 ? 'as many' : parts.join(', ');
  const span = days < 1.5 ? 'the last day' : `the last ${Math.round(days)} days`;
  return (
    `With this sensitivity you would have had ${about}${perDay} alerts a day in ${span}: ` +
    `${about}${difference} ${parts.length === 0 ? 'as' : 'than'} by what is saved.`
  );
}
