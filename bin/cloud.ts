// The CDK app: `npm run synth` and `npm run deploy` start it through cdk.json. Checks what was
// asked for, bundles the functions, makes the stack; needs no AWS account to synthesize.

import { dirname, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleFunctions, stageGeoData, stagePage } from '../build/bundle.ts';
import { bundleConsole } from '../build/console-bundle.ts';
import { cdkArgumentsIn, checkBeforeDeploy } from '../cli/deploy/before-deploy.ts';
import { readStackFile } from '../cli/stack-file.ts';
import { commandLineMistakes } from '../lib/command-line.ts';
import { checkSecurity } from '../lib/security-checks.ts';
import { optionNamesIn, readStackOptions, stackOptionNames } from '../lib/stack-options.ts';
import { synthSummary } from '../lib/synth-summary.ts';
import { WherefromStack } from '../lib/wherefrom-stack.ts';

const repository = dirname(import.meta.dirname);
const stackName = 'Wherefrom';
const paths = ['lambdas', 'geo-layer', 'console'].map((name) => join(repository, 'dist', name));
const [bundles = '', geoData = '', page = ''] = paths;
const say = (text: string) => process.stderr.write(`${text.replace(/^/gm, 'wherefrom: ')}\n`);

try {
  const args = cdkArgumentsIn(process.env);
  const app = new App();
  const context = { ...readStackFile(repository), ...app.node.getAllContext() };
  const names = optionNamesIn(context);
  const mistakes = commandLineMistakes(args, process.env, stackOptionNames());
  const options = readStackOptions((name) => context[name], names, mistakes);
  const planned = { ...options, stackName, said: new Set(names) };
  await checkBeforeDeploy(process.env, planned, say);

  bundleFunctions(repository, bundles);
  stageGeoData(repository, geoData);
  stagePage(await bundleConsole(repository), page);
  const stack = new WherefromStack(app, stackName, { options, bundles, geoData, page });
  checkSecurity(app);
  const made = app.synth().getStackArtifact(stack.artifactId);
  if (args?.some((one) => one.startsWith('synth'))) say(synthSummary(made));
} catch (error) {
  const { name, message } = error as Error;
  if (!['OptionsError', 'StackFileError', 'DeployRefusal'].includes(name)) throw error;
  say(message);
  process.exitCode = 1;
}
