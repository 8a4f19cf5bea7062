import fc from 'fast-check';
import { endCommands, endCommandsFor } from '../../domain/end-commands.ts';

describe('the gateway’s own command', () => {
  it('is filled in for its vendor, and shown for all where that is not known', () => {
    const session = { account: 'alice', sessionId: '1bf80e04' };

    expect(endCommandsFor('cisco-asa', session)).toEqual([
      {
        vendor: 'cisco-asa',
        title: 'Cisco ASA',
        lines: 'vpn-sessiondb logoff name alice noconfirm',
      },
    ]);
    expect(endCommandsFor('f5-apm', session)[0]?.lines).toBe('sessiondump --delete 1bf80e04');
    expect(endCommandsFor(undefined, session)).toHaveLength(Object.keys(endCommands).length);
  });

  it('holds nothing of a name that a command line could read more into', () => {
    const empty = endCommandsFor(undefined, { account: ' ', sessionId: ' ' });
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom(...'\'"`$;|&<>(){}[]\\ \n\r\0-*?!#~'),
        (text, mark) => {
          const hostile = { account: `${mark}${text}`, sessionId: `${mark}${text}` };
          expect(endCommandsFor(undefined, hostile)).toEqual(empty);
        },
      ),
    );
  });
});
