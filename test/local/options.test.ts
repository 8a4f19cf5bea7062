import { parseOptions } from '../../local/options.ts';

const wrong = (...args: string[]) => {
  const parsed = parseOptions(args);
  return parsed.kind === 'wrong' ? parsed.message : parsed;
};

describe('the command line of the local run', () => {
  it('plays the sample morning on the standard ports when nothing is said', () => {
    expect(parseOptions([])).toEqual({
      kind: 'run',
      options: { sample: 'morning', once: false, json: false, radiusPort: 1813, apiPort: 8080 },
    });
  });

  it('takes files of history as a shell lists them, and then plays no sample', () => {
    const args = [
      '--import',
      'detail-1',
      'detail-2',
      '--gateway',
      '10.0.0.1=asa',
      '--import=three',
    ];

    expect(parseOptions([...args, '--settings', 'settings.json'])).toMatchObject({
      kind: 'run',
      options: {
        sample: 'none',
        settingsFile: 'settings.json',
        history: {
          files: ['detail-1', 'detail-2', 'three'],
          gateways: ['10.0.0.1=asa'],
          timeZone: 'UTC',
        },
      },
    });
  });

  it.each([
    [['--import'], '--import needs a value'],
    [['--import='], '--import takes the paths of files'],
    [['--import', 'a', '--once', 'b'], 'b is no option'],
    [['--import', 'a', '--sample', 'morning'], '--sample and --import do not go together'],
    [['--gateway', '10.0.0.1=asa'], '--gateway is for history: it needs --import'],
    [['--time-zone', 'UTC'], '--time-zone is for history: it needs --import'],
    [['--settings='], '--settings takes the path of a JSON file'],
  ])('refuses %j with a sentence', (args, sentence) => {
    expect(wrong(...args)).toContain(sentence);
  });

  it('takes every option, with a space or an equals sign', () => {
    const args = ['--sample=none', '--once', '--json', '--radius-port', '0', '--api-port=9090'];

    expect(parseOptions([...args, '--data', './state', '--role', 'analyst'])).toEqual({
      kind: 'run',
      options: {
        sample: 'none',
        once: true,
        json: true,
        radiusPort: 0,
        apiPort: 9090,
        dataDir: './state',
        role: 'analyst',
      },
    });
  });

  it('shows its help on --help, whatever else is fine', () => {
    expect(parseOptions(['--json', '--help'])).toEqual({ kind: 'help' });
    expect(parseOptions(['-h'])).toEqual({ kind: 'help' });
  });

  it.each([
    [['--smaple', 'none'], 'there is no option --smaple; see --help'],
    [['--__proto__'], 'there is no option --__proto__; see --help'],
    [['morning'], 'morning is no option; see --help'],
    [['--sample', 'evening'], '--sample is morning or none, not evening; see --help'],
    [['--sample'], '--sample needs a value; see --help'],
    [['--once=yes'], '--once takes no value; see --help'],
    [['--radius-port', '70000'], /^--radius-port takes a port number from 0 to 65535, not 70000/],
    [['--api-port', '80x'], /^--api-port takes a port number/],
    [['--api-port=-1'], /^--api-port takes a port number/],
    [['--role', 'root'], '--role is analyst, responder, admin, not root; see --help'],
    [['--data', ''], '--data takes the path of a directory; see --help'],
  ])('says what is wrong with %j', (args, message) => {
    expect(wrong(...args)).toEqual(
      message instanceof RegExp ? expect.stringMatching(message) : message,
    );
  });
});
