// A YAML file is imported as its text: build/bundle.ts puts it into the bundle of a function.

declare module '*.yaml' {
  const text: string;
  export default text;
}
