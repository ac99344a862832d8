using System.Globalization;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Accelerators;

/// <summary>
/// The drivers that a program knows; opens accelerators by name: the driver's name, and the number of the device behind a colon where it
/// is not the first, as in <c>ilgpu:1</c>. Immutable and thread-safe.
/// </summary>
public sealed class AcceleratorCatalogue
{
    /// <summary>Name of the fastest kernels for this machine's processor: what to open where nobody asks for another.</summary>
    public const string Best = "cpu";

    /// <summary>Creates a catalogue.</summary>
    /// <param name="drivers">The drivers, each with a name of its own.</param>
    /// <exception cref="ArgumentException">Two have the same name.</exception>
    public AcceleratorCatalogue(IEnumerable<IAcceleratorDriver> drivers)
    {
        ArgumentNullException.ThrowIfNull(drivers);
        Drivers = [.. drivers];
        if (Drivers.GroupBy(driver => driver.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
        {
            throw new ArgumentException($"{twice.Count()} drivers are called '{twice.Key}'; allowed: one.", nameof(drivers));
        }
    }

    /// <summary>The drivers, in the order in which they were given.</summary>
    public IReadOnlyList<IAcceleratorDriver> Drivers { get; }

    /// <summary>The drivers that come with this library: processor (the best vector instructions, and each level by name), reference, ILGPU.</summary>
    public static AcceleratorCatalogue CreateDefault() => new(
    [
        new CpuDriver(),
        .. Enum.GetValues<SimdLevel>().Where(SimdSupport.IsSupported).OrderDescending().Select(level => new CpuDriver(level)),
        new ReferenceDriver(),
        new IlgpuDriver(),
    ]);

    /// <summary>The devices that are there now, with the names that <see cref="Open"/> takes.</summary>
    public IReadOnlyList<(string Name, AcceleratorInfo Info)> List() =>
        [.. Drivers.SelectMany(driver => driver.Enumerate().Select(info => (NameOf(info), info)))];

    /// <summary>Opens an accelerator.</summary>
    /// <param name="name">Name of the driver, and behind a colon the number of the device; without it the first.</param>
    /// <param name="options">How; default: all of its memory, one thread.</param>
    /// <exception cref="AcceleratorException">There is none of that name, or it cannot be opened; the message lists those that are there.</exception>
    public IAccelerator Open(string name, AcceleratorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        var colon = name.LastIndexOf(':');
        var driverName = colon < 0 ? name : name[..colon];
        if (Drivers.FirstOrDefault(driver => driver.Name == driverName) is { } driver
            && (colon < 0 ? 0 : int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1) is var index
            && driver.Enumerate().FirstOrDefault(info => info.Index == index) is { } found)
        {
            return driver.Open(found, options ?? new AcceleratorOptions());
        }

        throw new AcceleratorException($"There is no accelerator '{name}' here; there are: {string.Join(", ", List().Select(entry => entry.Name))}.");
    }

    private static string NameOf(AcceleratorInfo info) => info.Index == 0 ? info.Driver : $"{info.Driver}:{info.Index}";
}
