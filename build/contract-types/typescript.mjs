// The TypeScript 5 that openapi-typescript gets (hooks.mjs): the compiler inside @ts-morph/common,
// as the default that it imports.

import common from '@ts-morph/common';

const compiler = common.ts;

// biome-ignore lint/style/noDefaultExport: it is what openapi-typescript imports.
export { compiler as default };
