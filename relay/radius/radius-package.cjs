// The npm package `radius`, loaded when it is first asked and not before. CommonJS, because only
// there can a package be loaded in the middle of a function that does not wait.

exports.radiusPackage = () => require('radius');
