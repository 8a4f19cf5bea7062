// npm run soak:relay: the relay under what happens to it in years, in minutes. Parts: kill, disk,
// rate, backlog, import, tls, cloud; all of them, or those named with --parts. Progress goes to
// stderr, one table to stdout; exits 1 when a promise was broken.

import { parseArgs } from 'node:util';
import { soakBacklog } from './relay/soak-backlog.ts';
import { soakCloud } from './relay/soak-cloud.ts';
import { soakDisk } from './relay/soak-disk.ts';
import { soakImport } from './relay/soak-import.ts';
import { soakKill } from './relay/soak-kill.ts';
import type { SoakResult, SoakTools } from './relay/soak-part.ts';
import { soakRate } from './relay/soak-rate.ts';
import { soakTls } from './relay/soak-tls.ts';
import { table } from './relay/table.ts';
import { Workshop } from './relay/workshop.ts';

const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: 'kill,disk,rate,backlog,import,tls,cloud' },
    kills: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '5000' },
    records: { type: 'string', default: '1000000' },
    'import-records': { type: 'string', default: '500000' },
    'tls-seconds': { type: 'string', default: '10' },
    'cloud-records': { type: 'string', default: '20000' },
  },
});

const parts: Readonly<Record<string, (tools: SoakTools) => Promise<readonly SoakResult[]>>> = {
  kill: (tools) => soakKill(tools, Number(values.kills)),
  disk: (tools) => soakDisk(tools),
  rate: (tools) => soakRate(tools, Number(values.rate), Number(values.seconds)),
  backlog: (tools) => soakBacklog(tools, Number(values.records)),
  import: (tools) => soakImport(tools, Number(values['import-records'])),
  tls: (tools) => soakTls(tools, Number(values['tls-seconds'])),
  cloud: (tools) => soakCloud(tools, Number(values['cloud-records'])),
};

const workshop = new Workshop({ isPinned: false });
const rows: string[][] = [];
try {
  workshop.compile(['relay', 'local', 'load-process', 'receiver-process', 'tls-attack-process']);
  for (const name of values.parts.split(',')) {
    const part = parts[name];
    if (!part) throw new Error(`no part named ${name}: there are ${Object.keys(parts).join(', ')}`);
    const note = (text: string): void => {
      process.stderr.write(`soak:relay ${name}: ${text}\n`);
    };
    for (const { what, value, isKept } of await part({ workshop, note })) {
      const verdict = isKept === undefined ? '' : isKept ? 'kept' : 'BROKEN';
      if (isKept === false) process.exitCode = 1;
      rows.push([name, what, value, verdict]);
    }
  }
} finally {
  workshop.close();
}
const columns = ['part', 'what', 'value', 'promise'].map((title) => ({ title, isText: true }));
console.log(table(columns, rows));
