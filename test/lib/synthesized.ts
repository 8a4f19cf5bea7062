// The stack, synthesized for a test: with little stand-ins for bundles and location data, so that
// no test of the template waits for either. Reads the template as plain data.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { functionNames } from '../../lib/functions.ts';
import { checkSecurity } from '../../lib/security-checks.ts';
import { optionNamesIn, readStackOptions } from '../../lib/stack-options.ts';
import { WherefromStack } from '../../lib/wherefrom-stack.ts';

const repository = join(import.meta.dirname, '..', '..');

export type Resource = {
  readonly Type: string;
  // Templates are data of many shapes; tests read them as such.
  readonly Properties: ReturnType<typeof JSON.parse>;
  readonly DeletionPolicy?: string;
};

export type Synthesized = {
  readonly app: App;
  readonly template: Template;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs: Readonly<Record<string, { readonly Value: unknown }>>;
};

const made = new Map<string, Synthesized>();

/**
 * Synthesizes with the feature flags of cdk.json and the given context, once a test file: nobody
 * changes what is made.
 */
export function synthesize(context: Readonly<Record<string, string>> = {}): Synthesized {
  const key = JSON.stringify(context);
  const known = made.get(key) ?? synthesizeNow(context);
  made.set(key, known);
  return known;
}

function synthesizeNow(context: Readonly<Record<string, string>>): Synthesized {
  const folder = mkdtempSync(join(tmpdir(), 'wherefrom-lib-'));
  try {
    for (const name of functionNames) {
      mkdirSync(join(folder, 'lambdas', name), { recursive: true });
      writeFileSync(join(folder, 'lambdas', name, 'index.js'), 'exports.handler = () => {};\n');
    }
    mkdirSync(join(folder, 'layer', 'geo'), { recursive: true });
    mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
    writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html>\n');
    writeFileSync(join(folder, 'page', 'assets', 'main-ABCDEFGH.js'), '');
    const flags = JSON.parse(readFileSync(join(repository, 'cdk.json'), 'utf8')).context;
    const app = new App({ context: { ...flags, ...context }, outdir: join(folder, 'out') });
    const stack = new WherefromStack(app, 'Wherefrom', {
      options: readStackOptions(
        (name) => app.node.tryGetContext(name),
        optionNamesIn(app.node.getAllContext()),
      ),
      bundles: join(folder, 'lambdas'),
      geoData: join(folder, 'layer'),
      page: join(folder, 'page'),
    });
    checkSecurity(app);
    const template = Template.fromStack(stack);
    const { Resources, Outputs } = template.toJSON();
    return { app, template, resources: Resources, outputs: Outputs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resources of one CloudFormation type, with their logical ids. */
export function ofType({ resources }: Synthesized, type: string): [string, Resource][] {
  return Object.entries(resources).filter(([, resource]) => resource.Type === type);
}

/** The one resource of a type whose logical id contains `part`. */
export function theOne(stack: Synthesized, type: string, part: string): Resource {
  const found = ofType(stack, type).filter(([id]) => id.includes(part));
  if (found.length !== 1) throw new Error(`${found.length} resources of ${type} with "${part}"`);
  return (found[0] as [string, Resource])[1];
}

export type Statement = {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
};

/** Every statement of the policies attached to a function's role. */
export function statementsOf(stack: Synthesized, functionName: string): Statement[] {
  return ofType(stack, 'AWS::IAM::Policy')
    .filter(([id]) => new RegExp(`^(Functions|PlaceLabels)?${functionName}Role`).test(id))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as Statement[]);
}

export const actionsOf = ({ Action }: Statement): readonly string[] =>
  typeof Action === 'string' ? [Action] : Action;
