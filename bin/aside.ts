// `npm run aside`: what `npm run dead-letters` was called; goes with 0.2.

process.stderr.write('wherefrom: "npm run aside" is called "npm run dead-letters" now\n');
await import('./dead-letters.ts');
