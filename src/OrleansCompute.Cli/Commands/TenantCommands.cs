using System.CommandLine;

namespace OrleansCompute.Cli.Commands;

/// <summary>`oc tenant`.</summary>
internal static class TenantCommands
{
    public static Command Create(CommandContext context) => new("tenant", "Tenants.")
    {
        new TenantCreateCommand(context).Command,
        new TenantListCommand(context).Command,
        new TenantSetCommand(context).Command,
        new TenantShowCommand(context).Command,
    };
}
