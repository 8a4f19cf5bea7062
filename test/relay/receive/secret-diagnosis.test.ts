import { judgeDatagram, makeGateScratch } from '../../../relay/receive/gate.ts';
import { makeGatewayTable } from '../../../relay/receive/gateway-table.ts';
import { makeSecretDiagnosis } from '../../../relay/receive/secret-diagnosis.ts';
import { accounting, attribute, statusServer } from '../../support/radius-packets.ts';

const secret = 'Lyon-secret-2026-q4';
const parisSecret = 'Paris-secret-2026-q4';

function setUp(configured = secret) {
  const tableWith = (own: string) =>
    makeGatewayTable([
      { name: 'asa-lyon', addresses: ['192.0.2.1'], secrets: [Buffer.from(own)] },
      { name: 'asa-paris', addresses: ['192.0.2.2'], secrets: [Buffer.from(parisSecret)] },
    ]);
  const table = tableWith(configured);
  const clock = { ms: 0 };
  const messages: string[] = [];
  const tasks: (() => void)[] = [];
  const diagnosis = makeSecretDiagnosis({
    gateways: () => table,
    log: (_level, _event, message) => messages.push(message),
    monotonicMs: () => clock.ms,
    later: (task) => tasks.push(task),
  });
  const scratch = makeGateScratch();
  const receive = (datagram: Buffer): void => {
    const verdict = judgeDatagram(datagram, '192.0.2.1', table, scratch);
    if (verdict.kind === 'drop') diagnosis.onDrop(verdict, datagram);
  };
  const work = (): void => {
    for (const task of tasks.splice(0)) task();
  };
  return { diagnosis, receive, work, tasks, messages, clock, tableWith };
}

const start = [attribute(40, [0, 0, 0, 1])];

describe('the wrong-secret diagnosis', () => {
  it.each([
    ['a trailing space', `${secret} `, 'signed with your secret plus a trailing space'],
    ['a trailing newline', `${secret}\n`, 'signed with your secret plus a trailing newline'],
    ['a CR LF', `${secret}\r\n`, 'signed with your secret plus a trailing CR LF'],
    ['quotes', `"${secret}"`, 'signed with your secret in double quotes'],
    ['a cut', secret.slice(0, 16), 'signed with your secret cut after 16 characters'],
    ['a neighbour', parisSecret, 'signed with the secret of gateway asa-paris'],
    [
      'a textbook',
      'testing123',
      'signed with an example secret from documentation: set the real one',
    ],
  ])('recognises %s', (_, used, sentence) => {
    const { diagnosis, receive, work } = setUp();

    receive(accounting(used, start));
    work();

    expect(diagnosis.findings().get('asa-lyon')).toBe(sentence);
  });

  it('recognises blanks and quotes on the relay side', () => {
    const spaced = setUp(` ${secret}`);
    spaced.receive(accounting(secret, start));
    spaced.work();
    const quoted = setUp(`'${secret}'`);
    quoted.receive(statusServer(secret, []));
    quoted.work();

    expect(spaced.diagnosis.findings().get('asa-lyon')).toBe(
      'signed with your secret without the blanks around it',
    );
    expect(quoted.diagnosis.findings().get('asa-lyon')).toBe(
      'signed with your secret without the quotes around it',
    );
  });

  it('recognises the secret that a reload has replaced', () => {
    const { diagnosis, receive, work, tableWith } = setUp();
    diagnosis.remember(tableWith('the-old-secret-of-lyon'));

    receive(accounting('the-old-secret-of-lyon', start));
    work();

    expect(diagnosis.findings().get('asa-lyon')).toBe(
      'signed with the secret used before the last reload',
    );
  });

  it('tells a wrong Message-Authenticator from a wrong secret', () => {
    const { diagnosis, receive, work } = setUp();

    receive(accounting(secret, start, { hmacSecret: 'wrong' }));
    work();

    expect(diagnosis.findings().get('asa-lyon')).toContain('the secret is right');
  });

  it('says how many candidates it tried in vain, and shows none of them', () => {
    const { messages, receive, work } = setUp();

    receive(accounting('something-entirely-different', start));
    work();

    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(
      /^asa-lyon \(192\.0\.2\.1\): signed with none of \d+ candidates: the secrets differ$/,
    );
  });

  it('looks at one packet per gateway and 10 s, after the packet was dealt with', () => {
    const { tasks, receive, clock } = setUp();
    for (let i = 0; i < 1000; i++) receive(accounting('wrong', start, { identifier: i & 255 }));
    expect(tasks).toHaveLength(1);

    clock.ms = 10_000;
    receive(accounting('wrong', start));

    expect(tasks).toHaveLength(2);
  });
});
