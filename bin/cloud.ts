// The CDK app: `npm run synth` and `npm run deploy` start it through cdk.json. It bundles the
// functions, builds the stack and checks it; it needs no AWS account to synthesise.

import { dirname, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleFunctions, stageGeoData, stagePage } from '../build/bundle.ts';
import { bundleConsole } from '../build/console-bundle.ts';
import { readStackFile } from '../cli/stack-file.ts';
import { checkSecurity } from '../lib/security-checks.ts';
import { readStackOptions } from '../lib/stack-options.ts';
import { WherefromStack } from '../lib/wherefrom-stack.ts';

const repository = dirname(import.meta.dirname);
const bundles = join(repository, 'dist', 'lambdas');
const geoData = join(repository, 'dist', 'geo-layer');
const page = join(repository, 'dist', 'console');

const app = new App();
const file = readStackFile(repository);
const options = readStackOptions(
  (name) => app.node.tryGetContext(name) ?? file[name],
  Object.keys(file),
);
bundleFunctions(repository, bundles);
stageGeoData(repository, geoData);
stagePage(await bundleConsole(repository), page);
new WherefromStack(app, 'Wherefrom', { options, bundles, geoData, page });
checkSecurity(app);
