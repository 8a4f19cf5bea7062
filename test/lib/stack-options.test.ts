// What a deployment may choose, and what becomes of a flag that is mistyped, misplaced or empty: it
// must never deploy something else than was meant.

import { commandLineMistakes } from '../../lib/command-line.ts';
import { optionNamesIn, readStackOptions, stackOptionNames } from '../../lib/stack-options.ts';
import { readText } from '../tidy/repository.ts';

describe('context', () => {
  const read = (values: Readonly<Record<string, unknown>>) =>
    readStackOptions((name) => values[name]);

  it('is optional', () => {
    expect(read({})).toEqual({
      isEphemeral: false,
      hasConsole: true,
      hasMachineClient: false,
      extraAuthorities: [],
      logRetentionDays: 30,
      placeLabels: 'places-v2',
      hasGeoUpdates: false,
      sessionDays: 180,
      detectionDays: 400,
      health: { silentMinutes: 15, gapMinutes: 90, geoDataDays: 180 },
    });
  });

  it('takes numbers and truths of a file as well as texts of a command line', () => {
    const fromFile = read({ ephemeral: true, sessionDays: 90, authorities: 'a.example,b.example' });

    expect(fromFile).toMatchObject({
      isEphemeral: true,
      sessionDays: 90,
      extraAuthorities: ['a.example', 'b.example'],
    });
  });

  it('takes the tokens of an own issuer only with an audience', () => {
    const issuer = 'https://login.example.com/tenant/v2.0';

    expect(read({ issuer, audience: 'app-1, app-2' }).ownIssuer).toEqual({
      issuer,
      audience: ['app-1', 'app-2'],
      groupsClaim: 'groups',
    });
    expect(() => read({ issuer })).toThrow(/without audience/);
    expect(() => read({ audience: 'app-1' })).toThrow(/without issuer/);
  });

  it('names what it does not know in a file, and what there is', () => {
    expect(() => readStackOptions(() => undefined, ['alarmMail'])).toThrow(
      /no option "alarmMail"; did you mean alarmEmail\? there are: alarmEmail/,
    );
  });

  it.each([
    ['ephmeral', 'ephemeral'],
    ['Ephemeral', 'ephemeral'],
    ['ephemera', 'ephemeral'],
    ['alarm-email', 'alarmEmail'],
    ['alarmsEmail', 'alarmEmail'],
    ['session_days', 'sessionDays'],
    ['machineclient', 'machineClient'],
    ['consol', 'console'],
    ['isuer', 'issuer'],
  ])('says of %s what was meant', (typed, meant) => {
    const context = { [typed]: 'true' };

    expect(() => readStackOptions(() => undefined, optionNamesIn(context))).toThrow(
      `there is no option "${typed}"; did you mean ${meant}?`,
    );
  });

  it('takes no name of CDK for one of its own, nor what the CLI writes into a file', () => {
    const flags = JSON.parse(readText('cdk.json') ?? '{}').context;
    const more = {
      'availability-zones:account=1:region=eu-central-1': [],
      'aws:cdk:bundling-stacks': [],
      'acknowledged-issue-numbers': [34892],
      'cli-telemetry': false,
    };

    expect(Object.keys(flags).length).toBeGreaterThan(50);
    expect(optionNamesIn({ ...flags, ...more, ephmeral: 'true' })).toEqual(['ephmeral']);
  });

  it('takes no empty value for the default', () => {
    for (const name of stackOptionNames()) {
      expect(() => read({ [name]: '' })).toThrow(`${name} is empty`);
    }
  });

  it('is refused with every mistake at once', () => {
    const values = { ephemeral: 'yes', authorities: 'https://x.example', logRetentionDays: '31' };

    expect(() => read(values)).toThrow(/ephemeral[\s\S]*authorities[\s\S]*logRetentionDays/);
  });
});

describe('the command line', () => {
  const known = stackOptionNames();
  const mistakes = (args: readonly string[], environment: Record<string, string> = {}) =>
    commandLineMistakes(args, environment, known);

  it.each([
    [['synth']],
    [['deploy', '-c', 'ephemeral=true', '--context', 'alarmEmail=a@example.com']],
    [['deploy', '--context=ephemeral=true', '-cconsole=false', '--require-approval', 'never']],
    [['deploy', '-c', 'runbookUrl=https://example.com/a=b', '--profile', 'trial', '--verbose']],
    [['deploy', '-c', 'console=true', '-c', 'console=true']],
  ])('is right as %j', (args) => {
    expect(mistakes(args)).toEqual([]);
  });

  it.each([
    [['deploy', '-c', 'ephemeral'], /-c "ephemeral" has no value/],
    [['deploy', '--context', 'ephemeral'], /has no value/],
    [['deploy', '-cephemeral'], /has no value/],
    [['deploy', '-c'], /-c "" has no value/],
    [['deploy', '--ephemeral'], /--ephemeral is no option of cdk.* -c ephemeral=/],
    [['deploy', '--ephmeral=true'], /no option of cdk.* -c ephemeral=/],
    [['deploy', '--no-console'], /no option of cdk.* -c console=/],
    [['deploy', '--alarm-email', 'a@example.com'], /no option of cdk.* -c alarmEmail=/],
    [['deploy', '-c', 'ephemeral=true', '-c', 'ephemeral=false'], /given as true and as false/],
  ])('is refused as %j', (args, message) => {
    expect(mistakes(args).join()).toMatch(message);
  });

  it.each([
    [{ npm_config_call: 'ephemeral=true' }, /npm took "ephemeral=true".* -c ephemeral=true/],
    [{ npm_config_ephemeral: 'true' }, /npm took "ephemeral"/],
    [{ npm_config_alarmemail: 'a@example.com' }, /npm took "alarmEmail"/],
    [{ npm_config_cephemeral: 'true' }, /npm took "ephemeral"/],
  ])('is refused when npm took a flag: %j', (environment, message) => {
    expect(mistakes(['deploy'], environment).join()).toMatch(message);
  });
});
