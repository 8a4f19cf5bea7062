// What a sensitivity would have meant, in words.

import { previewText } from '../../../console/text/preview-text.ts';

const none = { alerts: 0, items: [] };
const some = (alerts: number) => ({ alerts, items: [] });
const asked = { alerts: 123, perDay: 4.1 };

it('says how many alerts a day, and how many more and fewer', () => {
  const told = { days: 30, asked, more: some(9), fewer: none, isAbout: false };
  expect(previewText(told)).toBe(
    'With this sensitivity you would have had 4.1 alerts a day in the last 30 days: ' +
      '9 more than by what is saved.',
  );
  expect(previewText({ ...told, fewer: some(2), isAbout: true, days: 12.3 })).toBe(
    'With this sensitivity you would have had about 4.1 alerts a day in the last 12 days: ' +
      'about 9 more, 2 fewer than by what is saved.',
  );
  expect(previewText({ ...told, more: none, days: 1 })).toBe(
    'With this sensitivity you would have had 4.1 alerts a day in the last day: ' +
      'as many as by what is saved.',
  );
});
