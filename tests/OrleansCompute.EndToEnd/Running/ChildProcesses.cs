using System.Globalization;

namespace OrleansCompute.EndToEnd.Running;

/// <summary>Looks into the process table of Linux.</summary>
internal static class ChildProcesses
{
    /// <summary>Processes that a process has started and that have not ended.</summary>
    public static IReadOnlyList<int> Of(int parent) =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && Read(id) is { } found && found.Parent == parent && found.State != "Z")];

    /// <summary>Whether a process runs; one that only waits for its parent to notice its end does not.</summary>
    public static bool Runs(int id) => Read(id) is { State: not ("Z" or "X") };

    private static (string State, int Parent)? Read(int id)
    {
        try
        {
            // "id (name) state parent …"; the name may hold blanks and brackets.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
