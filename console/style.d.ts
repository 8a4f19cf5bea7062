// The bundler puts style sheets beside the page; importing one gives no value.
declare module '*.css';
