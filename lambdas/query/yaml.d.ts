// A YAML file is imported as its path beside the bundle, where build/bundle.ts puts it.

declare module '*.yaml' {
  const path: string;
  export default path;
}
