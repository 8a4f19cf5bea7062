// Where the page begins.

import { render } from 'preact';
import { App } from './app.tsx';
import { applyTheme } from './preferences.ts';
import { startRouter } from './router.ts';
import './style.css';

applyTheme();
startRouter();
render(<App />, document.body);
