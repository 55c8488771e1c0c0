// replaced by the build script
