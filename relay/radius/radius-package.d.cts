// Types of radius-package.cjs.

import type radius from 'radius';

export function radiusPackage(): typeof radius;
