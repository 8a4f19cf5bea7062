import { endStateBrief, endStateText } from '../../../console/text/end-states.ts';

const order = (state: string, cause?: string) =>
  ({
    state,
    steps: [{ state, at: '2026-11-30T04:00:00Z', ...(cause && { cause }) }],
  }) as Parameters<typeof endStateText>[0];

describe('the state of an order to end a session', () => {
  it('is proved by a Stop or a restart alone', () => {
    const states = [
      'requested',
      'sent',
      'acknowledged',
      'refused',
      'silent',
      'unconfirmed',
      'void',
    ];
    const texts = states.map((state) => endStateText(order(state)));

    expect(texts.filter((text) => /has ended/.test(text))).toEqual([]);
    expect(states.map(endStateBrief).filter((text) => /ended/.test(text))).toEqual([]);
    expect(endStateText(order('confirmed', 'stop'))).toMatch(/has ended: its Stop has come/);
    expect(endStateText(order('confirmed', 'restart'))).toMatch(/has ended: its gateway/);
  });

  it('that came back says what to do, and an unknown one is shown as it came', () => {
    expect(endStateText(order('came-back'))).toMatch(/disable the account/);
    expect(endStateText(order('to-come'))).toBe('to-come');
    expect(endStateBrief('to-come')).toBe('to-come');
  });
});
