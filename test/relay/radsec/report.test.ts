import * as v from 'valibot';
import type { RadsecStatus } from '../../../relay/radsec/radsec.ts';
import {
  radsecLines,
  radsecReport,
  radsecReportSchema,
  radsecSamples,
} from '../../../relay/radsec/radsec-report.ts';

const status: RadsecStatus = {
  addresses: [
    { address: '0.0.0.0', port: 2083 },
    { address: '::', port: 2083 },
  ],
  isOpen: true,
  versions: ['1.0', '1.1'],
  connections: new Map([
    ['asa-lyon', { '1.0': 0, '1.1': 2 }],
    ['proxy', { '1.0': 1, '1.1': 0 }],
  ]),
  ends: { 'untrusted-certificate': 3, 'closed-by-gateway': 9 },
  findings: new Map(),
};

describe('RadSec in the status', () => {
  it('says what is offered where, who is connected, and what went wrong', () => {
    const report = radsecReport(status);

    expect(v.is(radsecReportSchema, report)).toBe(true);
    expect(radsecLines(report, false)).toEqual([
      'radsec    ok        RADIUS/1.0, RADIUS/1.1 on TLS 0.0.0.0:2083 and [::]:2083: ' +
        'asa-lyon 2 (1.1), proxy 1 (1.0)',
      '          untrusted-certificate 3: the certificate is not signed by "caFile", revoked, ' +
        'or not for clients',
    ]);
  });

  it('says that it is shut, and that old certificates are still in use', () => {
    const shut = radsecReport({ ...status, isOpen: false, ends: {}, connections: new Map() });
    const troubled = radsecReport({ ...status, ends: {}, trouble: 'radsec.keyFile: ...' });

    expect(radsecLines(shut, false)[0]).toMatch(/^radsec {4}shut .*: no connection$/);
    expect(radsecLines(troubled, false)[0]).toMatch(/^radsec {4}trouble /);
  });

  it('says what FIPS mode takes away', () => {
    expect(radsecLines(undefined, true)).toEqual([
      'fips      on        off are RADIUS over UDP and RADIUS/1.0 over TLS (both need MD5); ' +
        'batches are sealed with ecdsa-p256-sha256',
    ]);
  });

  it('is in the metrics by gateway, version and reason, and not at all where it is off', () => {
    expect(radsecSamples(undefined)).toEqual([]);
    expect(new Map(radsecSamples(status))).toEqual(
      new Map([
        ['radsec_open', ['radsec_open 1']],
        [
          'radsec_connections',
          [
            'radsec_connections{gateway="asa-lyon",version="1.1"} 2',
            'radsec_connections{gateway="proxy",version="1.0"} 1',
          ],
        ],
        [
          'radsec_connections_ended_total',
          [
            'radsec_connections_ended_total{reason="untrusted-certificate"} 3',
            'radsec_connections_ended_total{reason="closed-by-gateway"} 9',
          ],
        ],
      ]),
    );
  });
});
