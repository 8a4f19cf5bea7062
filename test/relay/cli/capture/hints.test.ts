import fc from 'fast-check';
import { sentAttributes, showAttribute } from '../../../../relay/cli/capture/attributes.ts';
import { hintsOn } from '../../../../relay/cli/capture/hints.ts';
import { hideEvent, makeHide, shapeOf } from '../../../../relay/cli/capture/personal.ts';
import { escapeJson, escapeText } from '../../../../relay/plain-text.ts';
import { anyCharacter } from '../../../support/any-character.ts';
import { attribute } from '../../../support/radius-packets.ts';
import { eventOf, gatewayOf, packetOf, uint32, vendorAttribute } from '../../../support/records.ts';

const start = attribute(40, uint32(1));
const complete = [
  start,
  attribute(1, 'alice'),
  attribute(44, 'session'),
  attribute(31, '81.2.69.142'),
  attribute(55, uint32(1_795_312_800)),
  vendorAttribute(9, 1, 'mdm-tlv=device-uid=ABC'),
];

const hintsFor = (...attributes: readonly Buffer[]): string[] => {
  const packet = packetOf(...attributes);
  return hintsOn(eventOf(packet, {}, gatewayOf({ vendor: 'cisco-asa' })), packet);
};

describe('hints', () => {
  it('are none for a record in which nothing is missing', () => {
    expect(hintsFor(...complete)).toEqual([]);
  });

  it.each([
    ['User-Name', 1, 'no user name: set User-Name (1) on this gateway'],
    [
      'Acct-Session-Id',
      2,
      'no session id: set Acct-Session-Id (44), or sessions cannot be told apart',
    ],
    ['Calling-Station-Id', 3, 'no client address: set Calling-Station-Id on this gateway'],
    ['Event-Timestamp', 4, 'no Event-Timestamp (55): the time of arrival is used'],
    ['a device', 5, 'no device: this gateway names no device, so new devices cannot be told'],
  ])('say that %s is missing', (_, index, hint) => {
    expect(hintsFor(...complete.filter((_one, i) => i !== index))).toEqual([hint]);
  });

  it('say what Calling-Station-Id holds instead, and where a public address stands', () => {
    const others = complete.filter((_, i) => i !== 3);

    const hints = hintsFor(
      ...others,
      attribute(31, '+49 30 1234'),
      vendorAttribute(2620, 9, 'src=203.0.113.5'),
      vendorAttribute(2620, 10, '10.1.2.3'),
    );

    expect(hints).toEqual([
      'no client address: set Calling-Station-Id on this gateway (it holds no address)',
      'a public address stands in "2620/9": if that is the client\'s, set ' +
        '"overrides": { "clientAddress": ["2620/9"] } for this gateway',
    ]);
  });

  it.each(['10.1.2.3', '100.64.0.1', '192.168.1.1', 'fd00::1', '127.0.0.1'])(
    'say that %s cannot be located',
    (address) => {
      const others = complete.filter((_, i) => i !== 3);
      expect(hintsFor(...others, attribute(31, address))).toEqual([
        'the client address is a private one: it cannot be located (NAT before this gateway?)',
      ]);
    },
  );

  it('say how wrong a clock is, and why a session is kept out of profiles', () => {
    const wrong = attribute(55, uint32(1_795_312_900 - 30 * 24 * 3600));
    const others = complete.filter((_, i) => i !== 4);

    const hints = hintsFor(...others, wrong, attribute(6, uint32(7)));

    expect(hints).toEqual([
      "Event-Timestamp is 720 h off and not used: set this gateway's clock (NTP)",
      'read as no VPN connection and kept out of profiles; ' +
        '"overrides": { "isVpn": true } if it is',
    ]);
  });

  it('say that a record without a status says nothing of a session', () => {
    expect(hintsFor(attribute(1, 'alice'))).toEqual([
      'no Acct-Status-Type (40): recorded, but it starts and ends no session',
    ]);
  });
});

describe('what is hidden', () => {
  const hide = makeHide();

  it('is every value that is not known to be harmless, whatever it is', () => {
    const secretText = fc
      .string({ minLength: 6, maxLength: 60 })
      .filter((text) => text.trim().length > 5);
    const type = fc.integer({ min: 1, max: 255 });
    const numbers = [
      5, 6, 7, 12, 27, 28, 40, 41, 42, 43, 45, 46, 47, 48, 49, 51, 52, 53, 55, 61, 62,
    ];
    const gateways = [4, 9, 26, 30, 32, 33, 64, 65, 77, 80, 85, 86, 87, 88, 95, 100];
    fc.assert(
      fc.property(type, secretText, (number, text) => {
        fc.pre(!numbers.includes(number) && !gateways.includes(number));
        const [sent] = sentAttributes(packetOf(attribute(number, text)));
        const { value } = showAttribute(sent as NonNullable<typeof sent>, hide);
        return !value.includes(text) && !value.includes(Buffer.from(text).toString('hex'));
      }),
    );
  });

  it('is every value of a vendor; of a Cisco pair the key is shown', () => {
    const values = [
      vendorAttribute(9, 1, 'mdm-tlv=device-mac=00-0c-29-74-9d-e8'),
      vendorAttribute(9, 1, 'audit-session-id=c0a80101abc='),
      vendorAttribute(2620, 4, 'user=alice'),
      vendorAttribute(12356, 2, Buffer.from([10, 0, 0, 2])),
    ].flatMap((one) =>
      sentAttributes(packetOf(one)).map((sent) => showAttribute(sent, hide).value),
    );

    expect(values[0]).toMatch(/^mdm-tlv=device-mac=#[0-9a-f]{8} \(MAC address\)$/);
    expect(values[1]).toMatch(/^audit-session-id=#[0-9a-f]{8} \(text, 12 characters\)$/);
    expect(values[2]).toMatch(/^#[0-9a-f]{8} \(text, 10 characters\)$/);
    expect(values[3]).toMatch(/^#[0-9a-f]{8} \(4 octets, a number or an IPv4 address\)$/);
  });

  it('is everything in an event that names a person or a computer', () => {
    const event = eventOf(
      packetOf(
        ...complete,
        attribute(8, [10, 99, 0, 7]),
        attribute(50, 'multi-id'),
        vendorAttribute(9, 1, 'mdm-tlv=device-mac=00-0c-29-74-9d-e8'),
        vendorAttribute(9, 1, 'audit-session-id=c0a80101abc'),
      ),
      {},
      gatewayOf({ vendor: 'cisco-asa' }),
    );

    const text = JSON.stringify(hideEvent(event, hide));

    expect(text).not.toMatch(/alice|81\.2\.69|10\.99\.0\.7|80101abc|0c-29|multi-id|"session"[,}]/i);
    expect(text).toContain('"kind":"start"');
  });

  it('cannot be tried out: another run hides the same value as another', () => {
    expect(makeHide()('81.2.69.142')).not.toBe(makeHide()('81.2.69.142'));
  });

  it('still tells by its shape what is wrong with it', () => {
    expect(
      [
        '81.2.69.142',
        '81.2.69.142[4500]',
        '2001:db8::1',
        '00:0c:29:74:9d:e8',
        'A\\b',
        'a@b',
        '+1',
      ].map(shapeOf),
    ).toEqual([
      'IPv4 address',
      'IPv4 address with something around it',
      'IPv6 address',
      'MAC address',
      'NetBIOS name',
      'name with a domain',
      'text, 2 characters',
    ]);
  });
});

describe('escaping', () => {
  it('leaves no character that steers a terminal or turns a line around', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
        return !unsafe.test(escapeText(text)) && !unsafe.test(escapeJson(JSON.stringify(text)));
      }),
    );
  });

  it('keeps JSON what it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(JSON.parse(escapeJson(JSON.stringify({ text })))).toEqual({ text });
      }),
    );
  });

  it('lets an escape be told from the same text as it was sent', () => {
    expect(escapeText('\u202e')).toBe('\\u202e');
    expect(escapeText('\\u202e')).toBe('\\\\u202e');
  });
});
