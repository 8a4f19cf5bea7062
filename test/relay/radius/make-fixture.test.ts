import type { GatewayConfig } from '../../../relay/radius/gateway.ts';
import { judgeDatagram, makeGateScratch } from '../../../relay/receive/gate.ts';
import { makeGatewayTable } from '../../../relay/receive/gateway-table.ts';
import { makeResponse } from '../../../relay/receive/responses.ts';
import { makeFixture } from '../../support/make-fixture.ts';
import { gatewayOf } from '../../support/records.ts';

const options = {
  id: 'fortigate-of-the-test',
  vendor: 'fortigate',
  description: 'a Start',
  provenance: 'constructed',
  source: 'this test',
  secret: 'a-secret-of-this-test',
};

const attributes = [
  'User-Name = "CORP\\\\alice"',
  'Acct-Status-Type = Start',
  'Acct-Session-Id = "7"',
  'Calling-Station-Id = "203.0.113.7"',
  'NAS-Port-Type = Virtual',
  'Vendor-12356-Attr-1 = "staff"',
  'Vendor-890-Attr-2 = 0x00000005',
];

describe('npm run fixture', () => {
  it('makes a packet that the gate takes and answers as the fixture says', () => {
    const { raw, response, secret } = makeFixture(options, attributes.join('\n'));
    const gateway: GatewayConfig = gatewayOf({ secrets: [Buffer.from(secret)] });
    const scratch = makeGateScratch();

    const admission = judgeDatagram(
      Buffer.from(raw, 'hex'),
      '192.0.2.10',
      makeGatewayTable([gateway]),
      scratch,
    );

    if (admission.kind !== 'accept') throw new Error(`not accepted: ${admission.kind}`);
    expect(makeResponse(admission, scratch.message).toString('hex')).toBe(response);
  });

  it('proposes what the relay reads, and says "none" where there is none', () => {
    const { expected } = makeFixture(options, attributes.join('\n'));

    expect(expected).toEqual({
      decision: 'accept',
      vpn: true,
      status: 'start',
      user: 'CORP\\alice',
      account: 'alice',
      domain: 'CORP',
      userForm: 'downlevel',
      clientIp: '203.0.113.7',
      assignedIp: null,
      sessionId: '7',
      tunnelGroup: 'staff',
    });
  });

  it.each([
    ['Zyxel-Group = "staff"', 'Zyxel-Group = staff cannot be put into a packet'],
    ['Acct-Session-Time = soon', 'Acct-Session-Time = soon cannot be put into a packet'],
    ['a sentence', 'line 8 is no attribute'],
    ['\nUser-Name = "bob"', 'found 2 packets'],
  ])('refuses %j, rather than leave it out', (line, message) => {
    expect(() => makeFixture(options, [...attributes, line].join('\n'))).toThrow(message);
  });
});
