// Lets this process, and threads and forks that are started with it (`node --import`), run
// TypeScript: by tsx, without what that costs at every call (build/plain-names.mjs).

import * as module from 'node:module';
import { register } from 'tsx/esm/api';
import { withPlainNames } from '../build/plain-names.mjs';

register();
module.register('../build/plain-names.mjs', import.meta.url);
// tsx translates in this thread where Node can.
module.registerHooks?.({ load: (url, context, next) => withPlainNames(next(url, context)) });
