// `npm run bench:desk`: a shift at the console, in a real Chromium, over an organisation of 100,000
// users with 10,000 detections, users of 20,000 and of 2,000 sessions, and a burst of last night. A
// queue of some 200 is worked through by keyboard, two people classify at once, a case and an
// address are followed, and every page is opened: with times, requests, and what went wrong.
// `--shift` or `--pages`: that alone; `--data DIR` keeps the tables, as bench:api does;
// `--pictures DIR` takes a picture of each page.

import { runDesk } from './desk/run.ts';

const { argv } = process;
const folderOf = (option: string): string | undefined =>
  argv.includes(option) ? argv[argv.indexOf(option) + 1] : undefined;
const chosen = ['shift', 'pages'].filter((name) => argv.includes(`--${name}`));
const parts = chosen.length > 0 ? chosen : ['shift', 'pages'];
await runDesk(folderOf('--data'), parts, folderOf('--pictures'));
