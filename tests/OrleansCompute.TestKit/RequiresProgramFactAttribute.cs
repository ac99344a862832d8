using Xunit;

namespace OrleansCompute.TestKit;

/// <summary>A fact that needs external programs on the PATH; skipped, with the reason, where one is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresProgramFactAttribute : FactAttribute
{
    /// <summary>Marks a test that runs only where all of <paramref name="programs"/> are found on the PATH.</summary>
    /// <param name="programs">File names of programs, for example <c>mosquitto_pub</c>.</param>
    public RequiresProgramFactAttribute(params string[] programs)
    {
        ArgumentNullException.ThrowIfNull(programs);
        Programs = programs;
        var missing = programs.Where(program => ProgramPath.Find(program) is null).ToArray();
        if (missing.Length > 0)
        {
            Skip = $"needs {string.Join(", ", missing)} on the PATH; .ci/run installs it";
        }
    }

    /// <summary>The programs that the test starts.</summary>
    public IReadOnlyList<string> Programs { get; }
}
