// Stands in for a person's browser: a program on PATH by the name of `xdg-open` starts this with
// the address to open, and it signs in there.

import { Visitor } from './openid-provider.ts';

await new Visitor().signIn(process.argv[2] ?? '');
