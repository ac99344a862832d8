using System.Reflection;
using System.Runtime.Loader;

namespace OrleansCompute.Tensors.Accelerators;

/// <summary>
/// Reads drivers from assemblies that chip makers ship: every public class in them that is an <see cref="IAcceleratorDriver"/> and has a
/// constructor without parameters. What they refer to is looked for beside them; this library is the one that runs. They run with all
/// rights of the process: name files of people you trust only. Thread-safe.
/// </summary>
public static class DriverLibrary
{
    /// <summary>Reads the drivers of an assembly, in the order of their classes' names.</summary>
    /// <param name="file">Path of the assembly.</param>
    /// <exception cref="AcceleratorException">It is not there, is no assembly, holds no driver, or was built for another version of this library; the message says which and what to do.</exception>
    public static IReadOnlyList<IAcceleratorDriver> Load(string file)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
        {
            throw new AcceleratorException($"The driver assembly '{file}' does not exist; name the .dll of a chip's back end.");
        }

        try
        {
            var types = new Context(path).LoadFromAssemblyPath(path).GetExportedTypes()
                .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IAcceleratorDriver).IsAssignableFrom(type) && type.GetConstructor([]) is not null)
                .OrderBy(type => type.FullName, StringComparer.Ordinal)
                .ToList();
            return types.Count > 0
                ? [.. types.Select(type => (IAcceleratorDriver)Activator.CreateInstance(type)!)]
                : throw new AcceleratorException(
                    $"The assembly '{file}' has no driver; needed: a public class that implements {nameof(IAcceleratorDriver)} with a constructor without parameters.");
        }
        catch (Exception exception) when (exception is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException
            or MissingMethodException or TargetInvocationException or InvalidOperationException)
        {
            // The last one is a .deps.json beside the assembly that cannot be read.
            throw new AcceleratorException(
                $"The driver assembly '{file}' cannot be loaded: {(exception.InnerException ?? exception).Message} Build it for {typeof(DriverLibrary).Assembly.GetName()}, with its references beside it.",
                exception);
        }
    }

    private sealed class Context(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
    {
        private readonly AssemblyDependencyResolver _beside = new(path);

        // What the process has already, this library first of all, is shared: a driver's interface must be the one that is asked for.
        protected override Assembly? Load(AssemblyName assemblyName) =>
            Default.Assemblies.Any(assembly => assembly.GetName().Name == assemblyName.Name) ? null
            : _beside.ResolveAssemblyToPath(assemblyName) is { } found ? LoadFromAssemblyPath(found)
            : null;
    }
}
