// The console's entry point.

import { render } from 'preact';
import { App } from './app.tsx';
import { applyTheme } from './parts/preferences.ts';
import { startRouter } from './parts/router.ts';
import './style.css';

applyTheme();
startRouter();
render(<App />, document.body);
