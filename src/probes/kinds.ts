/** Every check. To add one: write its file, then add its line here. */
export {}
