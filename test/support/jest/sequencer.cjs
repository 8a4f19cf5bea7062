// The order in which test files begin: those that take longest first, so that no worker is left
// alone with one in the end. A fresh clone knows no durations, and sizes of files say little.

const { default: Sequencer } = require('@jest/test-sequencer');

/** What takes more than some ten seconds of a quiet machine, longest first. */
const longest = [
  'system/console/page.test.ts',
  'system/local/sample-days.test.ts',
  'system/relay/disconnect/hostapd.test.ts',
  'system/local/import/',
  'system/relay/disconnect/strongswan.test.ts',
  'system/build/package-relay.test.ts',
  'system/console/end-session.test.ts',
  'system/geo/known-places.test.ts',
  'system/kill-',
  'system/local/rebuild.test.ts',
  'system/relay/import/import-kill.test.ts',
  'domain/process/portions.props.test.ts',
  'system/journey.test.ts',
  'system/quickstart.test.ts',
  'system/console/',
  'system/relay/cli/walk-through.test.ts',
  'system/bench/',
  'system/scenarios/',
  'system/relay/radsec/radsec.test.ts',
  'system/relay/run/two-relays.test.ts',
  'system/tshark.test.ts',
  'system/lib/',
  'system/relay/cli/journal-tools/',
  'system/relay/',
  'system/',
  'cli/size/',
];

const rankOf = ({ path }) => {
  const file = path.replaceAll('\\', '/');
  const rank = longest.findIndex((start) => file.includes(`/test/${start}`));
  return rank === -1 ? longest.length : rank;
};

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => rankOf(a) - rankOf(b));
  }
};
