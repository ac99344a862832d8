namespace Orleans.Embedded;

internal sealed class SiloNameDefault : IPostConfigureOptions<SiloOptions>
{
    public void PostConfigure(string? name, SiloOptions options) =>
        options.SiloName = string.IsNullOrWhiteSpace(options.SiloName) ? $"Silo_{Guid.NewGuid():N}"[..10] : options.SiloName;
}
