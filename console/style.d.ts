// Style sheets are put beside the page by the bundler; importing one gives no value.
declare module '*.css';
