namespace OrleansCompute.TestKit;

/// <summary>Finds external programs.</summary>
public static class ProgramPath
{
    /// <summary>The full path of a program on the PATH, or null where it is not installed.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
