// What would have kept a detection silent, in words.

import { silentText } from '../../../console/text/silent-text.ts';

it('says what would have had to be usual', () => {
  expect(silentText([['travel']])).toBe(
    'There would have been no alert had the journey been usual.',
  );
  expect(silentText([['hour'], ['place', 'network', 'device']])).toBe(
    'There would have been no alert had the hour, or the place, the network and the device, ' +
      'been usual.',
  );
});

it('says nothing where nothing is known', () => {
  expect(silentText([])).toBeUndefined();
  expect(silentText(undefined)).toBeUndefined();
});
